package main

import (
	"crypto/rsa"
	"errors"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"till/device/keypad"
	"till/device/serial"
	"till/txn/money"
)

// Config is what the configuration file says, checked. Paths are absolute, or
// relative to the working directory if the file's own path is.
//
// Decisions. One schema (config_schema.go) is the checker, the example and
// Config.TOML; a key that is not in it does not exist. The library's decoder is
// not used: it stops at the first value of a wrong type. A device that is not
// there is said, port = "none", and not left out: a forgotten table is a
// mistake. No secret stands in the file, and a line that looks like one is not
// repeated in the report. The zone is a fixed offset: China has one, and the
// zone database would be half a megabyte for nobody. What would change our
// mind: a shop elsewhere. Payment networks may be left out, unlike devices: a
// table that is not there is a network that the shop has no contract with. One
// must be there, and a wallet goes one way only. The staff stands in a file of its
// own, which a program writes and which nobody else may read.
type Config struct {
	Terminal  TerminalConfig
	Merchant  MerchantConfig
	WeChatPay WeChatPayConfig
	Alipay    AlipayConfig
	Lakala    LakalaConfig
	Link      LinkConfig
	Scanner   ScannerConfig
	Printer   PrinterConfig
	Keypad    KeypadConfig
	Display   DisplayConfig
	Indicator IndicatorConfig
	Policy    PolicyConfig
}

// TerminalConfig is the table [terminal].
type TerminalConfig struct {
	ID       string // at most 32 letters, digits, _ and -
	Name     string
	Language string // "zh" or "en"
	Operator string
	Timezone time.Duration // east of Greenwich
	Data     string        // directory of the store
}

// MerchantConfig is the table [merchant].
type MerchantConfig struct {
	Name, Address, Phone string
	Currency             money.Currency
}

// LinkConfig is the table [link].
type LinkConfig struct {
	Proxy                                     *url.URL // nil: none
	ConnectTimeout, TLSTimeout, AnswerTimeout time.Duration
}

// LineConfig is a serial line. An empty Port means that there is no device.
type LineConfig struct {
	Port     string
	Baud     int
	Parity   string
	DataBits int
	StopBits int
}

// Mode returns the line's settings for device/serial.
func (l LineConfig) Mode() serial.Mode {
	parity, err := serial.ParseParity(l.Parity)
	if err != nil {
		panic("config: the checker let pass the parity " + l.Parity)
	}
	return serial.Mode{Baud: l.Baud, DataBits: l.DataBits, StopBits: l.StopBits, Parity: parity}
}

// ScannerConfig is the table [scanner].
type ScannerConfig struct {
	Line   LineConfig
	Prefix string // what the scanner sends before each scan, at most 16 bytes
}

// PrinterConfig is the table [printer].
type PrinterConfig struct {
	Line       LineConfig
	RTSCTS     bool
	Profile    string // a name of escpos.Profiles
	PaperWidth int    // mm: 58 or 80
}

// KeypadConfig is the tables [keypad] and [keypad.map].
type KeypadConfig struct {
	Line     LineConfig
	Debounce time.Duration
	Map      keypad.Map // nil: keypad.DefaultMap
}

// DisplayConfig is the table [display].
type DisplayConfig struct {
	Kind          string // "none", "console" or "socket"
	Path          string // of the socket
	Width, Height int    // dots
}

// IndicatorConfig is the table [indicator].
type IndicatorConfig struct {
	Beep string // "none"
}

// PrivateKey is the merchant's key, which signs for the merchant's money. It
// prints, formats, logs and marshals as a mask.
type PrivateKey struct {
	Path string
	key  *rsa.PrivateKey
}

// Reveal returns the key, nil if none was loaded. Every call of it is a line to
// review.
func (k PrivateKey) Reveal() *rsa.PrivateKey { return k.key }

func (k PrivateKey) String() string               { return "[private key]" }
func (k PrivateKey) GoString() string             { return k.String() }
func (k PrivateKey) LogValue() slog.Value         { return slog.StringValue(k.String()) }
func (k PrivateKey) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// PublicKey is what the gateway's answers are verified with.
type PublicKey struct {
	Path   string
	Key    *rsa.PublicKey
	Serial string // of the certificate it came in, hex in capitals; "" for a bare key
	CertSN string // ... and the number that Alipay gives that certificate
}

func (k PublicKey) String() string { return "[public key of " + k.Path + "]" }

// CAFile is the certificates of authorities, as PEM; nil stands for the
// system's.
type CAFile struct {
	Path string
	PEM  []byte
}

func (f CAFile) String() string { return "[certificates of " + f.Path + "]" }

// configBytesMax is the longest configuration file: ten times the example.
const configBytesMax = 64 << 10

// LoadConfig reads and checks the file at path, and the key files that it
// names. The error is a *ConfigError with every problem that was found.
func LoadConfig(path string) (*Config, error) {
	data, err := readSmall(path, configBytesMax)
	if err != nil {
		text := "cannot be read: " + causeOf(err)
		if errors.Is(err, fs.ErrNotExist) {
			text = "no such file; 'till config example' prints one to begin with"
		}
		return nil, &ConfigError{Problems: []Problem{{File: path, Text: text}}}
	}
	return parseConfig(path, data, diskFiles{})
}

// causeOf is an error of the file system without the path, which is named
// already.
func causeOf(err error) string {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}

// configFiles is where key files come from.
type configFiles interface {
	// read returns a file's content and permissions.
	read(path string) ([]byte, fs.FileMode, error)
}

type diskFiles struct{}

// keyBytesMax is the longest key file: a bundle of the authorities that browsers
// trust takes half of it.
const keyBytesMax = 512 << 10

func (diskFiles) read(path string) ([]byte, fs.FileMode, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	data, err := readSmall(path, keyBytesMax)
	return data, info.Mode().Perm(), err
}

var (
	errNotFile  = errors.New("not a file")
	errTooLarge = errors.New("the file is too large")
)

// readSmall reads a regular file of at most limit bytes: a pipe would be waited
// for, and /dev/zero has no end.
func readSmall(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	switch {
	case !info.Mode().IsRegular():
		return nil, errNotFile
	case info.Size() > limit:
		return nil, errTooLarge
	}
	return os.ReadFile(path)
}

// resolve makes path relative to the configuration's directory.
func resolve(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}
