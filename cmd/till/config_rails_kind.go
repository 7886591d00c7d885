package main

import (
	"crypto/md5"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"till/txn"
)

// gatewayKind is a host, and perhaps a path before those of the rail.
type gatewayKind struct {
	hostKind
	path bool
}

func (k gatewayKind) read(v configValue, env *configEnv, to any) *complaint {
	u, err := url.Parse(v.text)
	if !k.path || v.kind != unstable.String || err != nil || strings.Contains(u.Path, "..") {
		return k.hostKind.read(v, env, to)
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	if path == "" || u.User != nil {
		return k.hostKind.read(v, env, to)
	}
	u.Path, u.RawPath = "", ""
	if bad := k.hostKind.read(configValue{kind: v.kind, text: u.String()}, env, to); bad != nil {
		return notThat(v, "a gateway")
	}
	*to.(*string) += path
	return nil
}

func (k gatewayKind) want() string {
	if k.path {
		return fmt.Sprintf("%s://host:port/path, such as %q", k.scheme, k.example)
	}
	return k.hostKind.want()
}

// rangeKind is a whole number from min to max.
type rangeKind struct {
	min, max int
	unit     string
}

func (k rangeKind) read(v configValue, _ *configEnv, to any) *complaint {
	n, err := strconv.ParseInt(v.text, 0, 32)
	switch {
	case v.kind != unstable.Integer:
		return notThat(v, "a whole number")
	case err != nil || int(n) > k.max:
		return &complaint{text: v.show() + " is too large"}
	case int(n) < k.min:
		return &complaint{text: v.show() + " is too small"}
	}
	*to.(*int) = int(n)
	return nil
}

func (k rangeKind) want() string {
	return strings.TrimSpace(fmt.Sprintf("a whole number from %d to %d %s", k.min, k.max, k.unit))
}

func (k rangeKind) show(from any) string { return strconv.Itoa(*from.(*int)) }

// feeKind is a share of the sale, to the hundredth of a percent.
type feeKind struct{}

// feeMax is 10 %: what asks for more is no payment network.
const feeMax = 1000

var feePattern = regexp.MustCompile(`^(\d{1,2})(?:\.(\d{1,2}))?%$`)

func (feeKind) read(v configValue, _ *configEnv, to any) *complaint {
	m := feePattern.FindStringSubmatch(v.text)
	if v.kind != unstable.String || m == nil {
		return notThat(v, "a fee")
	}
	points, err := strconv.Atoi(m[1] + (m[2] + "00")[:2])
	if err != nil {
		return notThat(v, "a fee")
	}
	if points > feeMax {
		return &complaint{text: v.show() + " is too large"}
	}
	*to.(*FeeRate) = FeeRate{Given: true, Points: points}
	return nil
}

func (feeKind) want() string {
	return `a percentage between quotes, of at most 10 and two decimals, such as "0.6%" or "0.38%"`
}

func (feeKind) show(from any) string {
	f := from.(*FeeRate)
	if !f.Given {
		return ""
	}
	return fmt.Sprintf(`"%d.%02d%%"`, f.Points/100, f.Points%100)
}

// walletsKind is a list of wallets.
type walletsKind []txn.RailName

func (k walletsKind) read(v configValue, _ *configEnv, to any) *complaint {
	if v.kind != unstable.Array {
		return notThat(v, "a list between brackets")
	}
	if len(v.list) == 0 {
		return &complaint{text: "no wallet is in the list"}
	}
	var got []txn.RailName
	for _, s := range v.list {
		name := txn.RailName(s.text)
		switch {
		case s.kind != unstable.String:
			return notThat(s, "a text")
		case !slices.Contains(k, name):
			bad := notThat(s, "a wallet")
			if meant := suggest(s.text, k.names()); meant != "" {
				bad.want = fmt.Sprintf("did you mean %q?", meant)
			}
			return bad
		case slices.Contains(got, name):
			return &complaint{text: s.show() + " stands in the list twice"}
		}
		got = append(got, name)
	}
	*to.(*[]txn.RailName) = got
	return nil
}

func (k walletsKind) names() []string {
	var names []string
	for _, w := range k {
		names = append(names, string(w))
	}
	return names
}

func (k walletsKind) want() string { return "a list of " + choiceKind(k.names()).want() }

func (k walletsKind) show(from any) string {
	var names []string
	for _, w := range *from.(*[]txn.RailName) {
		names = append(names, quote(string(w)))
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// locationKind is a place on earth.
type locationKind struct{}

// Source: rails.md 3.3; the field location of Lakala's location_info, latitude
// and longitude with their signs and at most nine decimals.
var locationPattern = regexp.MustCompile(`^[+-]\d{1,2}(\.\d{1,9})?,[+-]\d{1,3}(\.\d{1,9})?$`)

func (locationKind) read(v configValue, _ *configEnv, to any) *complaint {
	switch {
	case v.kind != unstable.String:
		return notThat(v, "a text")
	case v.text == "":
	case !locationPattern.MatchString(v.text):
		return notThat(v, "a place")
	default:
		latitude, longitude, _ := strings.Cut(v.text, ",")
		for _, part := range []struct {
			text string
			most float64
			name string
		}{{latitude, 90, "latitude"}, {longitude, 180, "longitude"}} {
			if x, err := strconv.ParseFloat(part.text, 64); err != nil || x > part.most || x < -part.most {
				return &complaint{text: fmt.Sprintf("%s has no such %s", v.show(), part.name)}
			}
		}
	}
	*to.(*string) = v.text
	return nil
}

func (locationKind) want() string {
	return `latitude and longitude with their signs, such as "+31.230416,+121.473701"`
}

func (locationKind) show(from any) string { return quote(*from.(*string)) }

// SerialFile is a file of certificates of which Alipay wants to hear the
// numbers. The zero value is none.
type SerialFile struct {
	Path   string
	Serial string // as alipay.Config wants it
}

// serialKind is a file with one certificate, or with a bundle of roots; "" is
// none.
type serialKind struct{ bundle bool }

func (k serialKind) want() string {
	if k.bundle {
		return "a PEM file with certificates"
	}
	return "a PEM file with a certificate"
}

func (serialKind) show(from any) string { return quote(from.(*SerialFile).Path) }

func (k serialKind) read(v configValue, env *configEnv, to any) *complaint {
	if v.kind == unstable.String && v.text == "" {
		*to.(*SerialFile) = SerialFile{}
		return nil
	}
	path, data, _, bad := readPEM(v, env)
	if bad != nil {
		return bad
	}
	var serials []string
	for len(serials) == 0 || k.bundle {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return &complaint{text: fmt.Sprintf("%s: holds %s, not a certificate", path, pemWord(block.Type))}
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		switch {
		case err != nil && !k.bundle:
			return &complaint{text: fmt.Sprintf("%s: the certificate is damaged: %v", path, err)}
		case err != nil, k.bundle && !rsaSigned(cert): // a root for SM2, which nobody here signs with
		default:
			serials = append(serials, alipaySerial(cert))
		}
	}
	if len(serials) == 0 {
		return &complaint{text: path + ": no certificate of RSA in it"}
	}
	*to.(*SerialFile) = SerialFile{Path: path, Serial: strings.Join(serials, "_")}
	return nil
}

// rsaSigned picks the roots that count for RSA2, as Alipay's own programs do.
// The bundle also has one for SM2, which package x509 cannot read.
func rsaSigned(cert *x509.Certificate) bool {
	return cert.SignatureAlgorithm == x509.SHA256WithRSA || cert.SignatureAlgorithm == x509.SHA1WithRSA
}

// alipaySerial is the number that Alipay gives a certificate: the MD5 of its
// issuer and serial number, in hexadecimal.
//
// Source: smartwalle/alipay v3.2.23, getCertSN, which a test compares with.
func alipaySerial(cert *x509.Certificate) string {
	sum := md5.Sum([]byte(cert.Issuer.String() + cert.SerialNumber.String()))
	return hex.EncodeToString(sum[:])
}
