package wechatsim

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// KeySet is a merchant and a platform that know each other.
type KeySet struct {
	AppID, MchID   string
	Merchant       *rsa.PrivateKey // signs requests
	MerchantSerial string          // serial number of the merchant's certificate, hex
	Platform       *rsa.PrivateKey // signs answers
	PlatformID     string          // PUB_KEY_ID_... or a certificate serial, hex
}

// Keys returns the fixtures: the same 2048-bit keys for ever, so that traces
// can be compared and tests start at once. THEY ARE PUBLIC. They are test data
// and open nothing anywhere.
func Keys() KeySet {
	return KeySet{
		AppID: "wxd678efh567hg6787", MchID: "1230000109",
		Merchant:       mustKey(fixtureMerchantKey),
		MerchantSerial: "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
		Platform:       mustKey(fixturePlatformKey),
		PlatformID:     "PUB_KEY_ID_0112300001092026112200000001",
	}
}

// GenerateKeys returns fresh keys of 2048 bits for the same merchant, which
// takes about 100 ms each.
func GenerateKeys() (KeySet, error) {
	k := Keys()
	for _, key := range []**rsa.PrivateKey{&k.Merchant, &k.Platform} {
		fresh, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return KeySet{}, fmt.Errorf("generate key: %w", err)
		}
		*key = fresh
	}
	return k, nil
}

// Config is the part of a gateway's configuration that these keys decide.
func (k KeySet) Config() Config {
	return Config{
		AppID: k.AppID, MchID: k.MchID, MerchantSerial: k.MerchantSerial,
		MerchantKey: &k.Merchant.PublicKey, PlatformKey: k.Platform, PlatformID: k.PlatformID,
	}
}

// MerchantKeyPEM is the file apiclient_key.pem that a merchant has: PKCS #8.
func (k KeySet) MerchantKeyPEM() []byte {
	der, err := x509.MarshalPKCS8PrivateKey(k.Merchant)
	if err != nil {
		panic("railsim: marshal merchant key: " + err.Error()) // RSA always can
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// PlatformKeyPEM is the file pub_key.pem that a merchant downloads: PKIX.
func (k KeySet) PlatformKeyPEM() []byte {
	der, err := x509.MarshalPKIXPublicKey(&k.Platform.PublicKey)
	if err != nil {
		panic("railsim: marshal platform key: " + err.Error()) // RSA always can
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

// PlatformCertificate is a self-signed platform certificate (DER) for clients
// that know the platform by certificate. PlatformID must then be its serial
// number in upper case hex.
func (k KeySet) PlatformCertificate(from, until time.Time) ([]byte, error) {
	serial, ok := new(big.Int).SetString(k.PlatformID, 16)
	if !ok {
		return nil, fmt.Errorf("make certificate: %q is not a serial number", k.PlatformID)
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "railsim platform", Country: []string{"CN"}},
		NotBefore:    from, NotAfter: until,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template,
		&k.Platform.PublicKey, k.Platform)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	return der, nil
}

func mustKey(text string) *rsa.PrivateKey {
	text = strings.ReplaceAll(text, "FIXTURE ", "")
	block, rest := pem.Decode([]byte(text))
	if block == nil || len(bytes.TrimSpace(rest)) != 0 {
		panic("railsim: fixture is not PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		panic("railsim: fixture: " + err.Error())
	}
	return key.(*rsa.PrivateKey)
}

// The fixtures carry FIXTURE in their marks, so that no scanner for secrets
// and no person takes them for keys that matter.
const (
	fixtureMerchantKey = `
-----BEGIN FIXTURE PRIVATE KEY-----
MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCPfeTR4ozdKKIi
5B9TnHErGgPHJpgwlmHb1hErdYwHvOzawAgwKjk4ApDInlUyC9vJNErgR5KOs7Hn
LSxcbc6lDVGY9pa21w5grN9d9LUPDcksEmnWct5DowBjJ0MrJxyJuCtxXuuwiQFR
WEfEjIPJTcjuRzYcueB2KM/BLl7tJwBU3o4rYxSS/nnwjP3LmGiPQ929+qbbVZi8
EDe9nV+TNpbUgiOhJpYJTDs9SQg0mD6SdwDhl820FhgHzBfZazdWgBKIG3yLw75b
R8rYO7N+90BnXdrIESCT5EjeuQmfwf+JoszIkJbr30lkLFIOXI8zGvWSbtGCxMVE
sDM0Ya61AgMBAAECggEAC6Tpee/CwxquR5sQALq4A0ml51YWMREvCUYumAJ+tc0K
wnilYXU3tfgdVC5nFvvX3tTHw7oDJmHmLK6hhDGj/IhfaASQt+8tO0KkEK2QONPD
ULiAzrZ9G2uBl0pDHOAcZH+lxNoxUZ7YlMePcV9+vUn65X0xYrThxmzq6RAQg3mQ
4KvEZOlgyL8XYkSEMyA36ckacZ4tdGQaZ+rjO2iVwGabrt8az6j19FSmtzRzCJmR
S21KBnrzPM+8gcDEA+RfO43AitrhvyDZl0rihrxwS61aiMIxHGxhzErvg+v0aFkq
fyeDaNdeOro1JDiBlLKK3RQQRTXJHemYe7Sy19GeaQKBgQDGp5yYVuBytMVhweC+
k4SewW41LpZGARbjQxM+nc6+XUYHJR8rkmVPv4IvTdTu4S3KUqDf+J5yB3o71nLQ
5uGCVUgZQnrSnfXR98VlUX2xfXcSFJTLSAR1GvLs3IrLuVOXOXc3GUYSdZ9qHx3r
9d+laBATFQIv5cln7JRb28hbPQKBgQC46cs9zAyd/LL+MhI8qTaTqajVKN5KqJDQ
mKjfQslvc14/WMzGg0eLeEuy9m/1s+ZckQ/oAAti+nVP1Aw8ADneBTPgpStgDS87
aMsggV1caXey5Z0hbORCysA+57H2Z0OcINoZZGbm/fLDrd2WFvEQFGGlNiThdM1T
0qFqp2M42QKBgGX8uyqCv6xkHkm37ZgpyBZxHBF1n3TFLmjykLi+79tPq5oTdtM5
z4WHvmBmxwD03jtW/Hy/+Sh1qk16JWwWfIQbIG7HcKMcsY1gdRk1IyCyVyUTJ+jN
SmyMr1bnSuKYfM/QkuHYud7UQEmNPCFeE7mpmUcSrBLHGAWgsfIO/efJAoGAC4Ut
T11OD+21bRbLghH8v3hbd2RDbR1RYF2Sb85mZFYosgOjRl7ZbzwAY1btJL6fhHbZ
KdgO3YzDEEUiuf49nLJwR/eiWyqXHblqpkzI9z/u4Ctj/bgeBHdDQOgIc1R9ptV5
IQnbS1rY7A4B9x7Yx+qtJrDX3V/8htNhkRZ6nQkCgYBjifYvn1RKTyFYvaiqzdL9
HIx9fi04VbV3wKRm3usSXi+ZL6VRFdYly8i7GDbEHoW79ocOQJWSBwKWJGsDknqB
EBKrhQ7sVunRcZEQzGHYwc+kb/ZZSAcrZgMkXQ5K8ZTid/klH8VtPhGtl96sF+Df
DTBxZp35PP/srUA29ciIRw==
-----END FIXTURE PRIVATE KEY-----
`
	fixturePlatformKey = `
-----BEGIN FIXTURE PRIVATE KEY-----
MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCXN2SLXiPiICFd
7V+eAnRNgAJ0TPOlm3NL0kp9PylBevx8oEssMsLdxGrg2lq2sT0SJtSOiNWJyz7E
Vnw5hankgfWO04yZgGuiDPxvC3lI/Oghm45gkSCY7BJINnDHT2kftqIl9X4gEOUZ
FqAFS7j6ldJOP9+TzxHTbZzvY7S+C+0cuURK5u5mmj3s/J1SrxshNw7xHmGD7/Wg
hNnTGtPT9LYzGRKUdkPaTFhdaodiHFNJpmEJjftn9gqKM2H2vvV6kKhod48uFPhd
ms8kgfKbDxePy7p8aGRziTCy4NekzhWJ3Q8fcD9EQSaLogU+8757LL+zPLtqxOXM
lrVqU909AgMBAAECggEABEimqzW0kbaXCHztymFe9ukW9FiVjMgqozlhGRzGc6bX
a0VROmdEGJnGG1c7gUmG62xnXh+b95TbXqqfpGISThZnJN4tQudvNpuekjLxJhBo
0itGkCbFFX/0YYqw6gguYOQ1No9CPPDE2/45xdbQ0watzGLfercobSqZAiKSjf/c
KG2l60/UuPX0ucyum9950Hm1mijQKbP2S2gK4Scd+j5WuxbqsiYmnF74GoNKYzvo
FGOv6xxYqQN0CHMj+kCFTCCwh8liMfkoA+JOVa4GbZsFCJWudT4UoEN4Xj9049Ru
zwnaYTuSWX8uo42xZqwBfAb/PQ5evJh8w6blExOjswKBgQDLJ3Lk6IYG01ZFUhge
GS4MFnG3bqsRz4CLsXBjt0aMZxZwcHqW7SyR7RM7NYTjuzfN+2TzybAZveWpV/Uj
G/4QMKHfkJfphIAkPkjxkWRITglyqbicdrqsVFPTR6N/5YddS7EGKVvKu4RCKn55
TvNmW6F5QQf1QovDw/qAFF20gwKBgQC+jUdAlaaNOah74dq+o4vlCX7KEWg+AL6p
YU+AFB7bpE4vGafYVfynzshrdAGrTSALcqb+ndzsPP+YS6jOAJ9gQeSqZ6IAZKIZ
RGYCwYpeO1ktpK/ATP4E3XRROs1/Tm1yZpT8Ecuu7rN1n6MvraWHvwG9b3VgruU9
3hzdCRj7PwKBgF4xEjJUJSAxCITnhUsfPZxZI6x64VJGtUEPqh5xsYITofHMFOq5
WLroAsynCdBU05DriGkIEGA/Daawo3X92pRDGCqB7g1VY9xqDIQEd0yW8gZ57qCM
5AxWpO8G/iWklFiLaa6Dqo2a172d2joAgxXoUjvYDQqIKilASnrr9m5lAoGAB4cT
QoTm8HtPoZ05hAB3/VNTs+3eHVzwK0bR2jBxS6IBCLFNxSkYcxSjLEOH8Vl5o5oi
6LoZySdbvYt3nrO9mBLiUq0HZFaVZMQj94XnznMvwbLY0pL4Ef8hojfdeGMDxdox
loepcT6yzjnBO5fzixpLmk016Nzf54LHxx+d4gcCgYBkY0JRd1x/MfnBXdu3m9hc
Y25FZ4N7pRNncGb/mR3vRrzZPMfZ9UlBByajfPP3/Pd0PpazT5E6Y3uLHgQd1+E2
Zc7oP2bcr27xwIiMlnT6JjYZ9rCY45MXA8TGddso7w8XnxMggItHIoFyxAqrnX6V
Evh7wCHq/E8q5AvIIQqWRw==
-----END FIXTURE PRIVATE KEY-----
`
)
