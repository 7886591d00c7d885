package lakalasim

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
)

// KeySet is everything both sides need to talk: the merchant's half and the
// gateway's.
type KeySet struct {
	AppID          string
	MerchantNo     string
	TermNo         string
	MerchantSerial string
	Merchant       *rsa.PrivateKey // signs requests
	LakalaSerial   string
	Lakala         *rsa.PrivateKey // signs answers
}

// Keys returns the fixtures: the same 2048-bit keys for ever, so that traces
// can be compared and tests start at once. THEY ARE PUBLIC. They are test data
// and open nothing anywhere.
func Keys() KeySet {
	return KeySet{
		AppID: "OP00000003", MerchantNo: "822290070111135", TermNo: "29034705",
		MerchantSerial: "017d6ae9ad6e", Merchant: mustKey(fixtureMerchantKey),
		LakalaSerial: "018a4c2f77b1", Lakala: mustKey(fixtureLakalaKey),
	}
}

// Config is the part of a gateway's configuration that these keys decide.
func (k KeySet) Config() Config {
	return Config{
		AppID: k.AppID, MerchantNo: k.MerchantNo, TermNo: k.TermNo,
		MerchantSerial: k.MerchantSerial, MerchantKey: &k.Merchant.PublicKey,
		LakalaSerial: k.LakalaSerial, LakalaKey: k.Lakala,
	}
}

// MerchantKeyPEM is the merchant's private key as it is kept: PKCS #8.
func (k KeySet) MerchantKeyPEM() []byte {
	der, err := x509.MarshalPKCS8PrivateKey(k.Merchant)
	if err != nil {
		panic("lakalasim: marshal merchant key: " + err.Error()) // RSA always can
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// LakalaKeyPEM is the acquirer's public key as a merchant keeps it: PKIX.
func (k KeySet) LakalaKeyPEM() []byte {
	der, err := x509.MarshalPKIXPublicKey(&k.Lakala.PublicKey)
	if err != nil {
		panic("lakalasim: marshal Lakala key: " + err.Error()) // RSA always can
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func mustKey(text string) *rsa.PrivateKey {
	text = strings.ReplaceAll(text, "FIXTURE ", "")
	block, rest := pem.Decode([]byte(text))
	if block == nil || len(bytes.TrimSpace(rest)) != 0 {
		panic("lakalasim: fixture is not PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		panic("lakalasim: fixture: " + err.Error())
	}
	return key.(*rsa.PrivateKey)
}

// The fixtures carry FIXTURE in their marks, so that no scanner for secrets
// and no person takes them for keys that matter.
const (
	fixtureMerchantKey = `
-----BEGIN FIXTURE PRIVATE KEY-----
MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCqHQBr6vgziO9W
S/ybELNmhjACx/k90dRWWo/bR9ouTYrplT0HHLbDHtdK/BODj9FPEDjCRltYUhpR
+vMx51YCFF7iVQ2RxbG6Mie6AbNAYXHvxTfaE7G6SzVzVZmpGyMWwZba55O+CnHN
NoJXRUm1MIEfUeuPGxkmPUn2I9MgIKBfNWr722EPQtdzakBkAQUPqzz77mazJaKb
fGiURuORU2xfOv4nr9oSMly515+VuZFi6DlMmYjRNGkZxSUFt7NLmFsjyFANGf8U
5e4rNA9uXqqR3wzM9OZMo0OE7AVO7Rb995UoyYKwlKqjemreB3+GaK7jRRK8EXD5
4mR3x9/xAgMBAAECggEAJLGhzCWAiVlByxsT73zgPb63L3pkNGYFB+V7/2BV20QF
sVHsOpMChz8pUHbkXK4Sh5vnqlxTys7W95UKjVqprkQnnWmcRjPfHNtBv3krabk7
Qu2HGSbDYPxlGK4/uX7tiDSU7j4im80T9CCMZ/e9qPQ//foFNjaxq5Jv2ESs/1JA
LmXEJf5HBu8rFTDqUTw+srwvP3pliP1qG0nmYrQCUIHBx/SeNHWl1G+XaS/+fqH0
4R2eJ7ioXZyOmbhv2m1b58YKLywawcFB+X2th5/w3wEM2UQ/KiTxsDefnfK/Z4LA
vIg3M2KJvXEC6kLjMF0HLbazCORT6hCogPTr+lU9+QKBgQDb8neHI9bX3Qu1v6Y/
yu+oqQv8PWHzI0bjvfhfobVWv6OYu8LhaYEwt1Qcfq8H8SV+3vSTdiNIr4UefHp1
+bLTdKWz+dUjhafeqDURvtaeOZLDK4QGWd4IIx0jyRPjI8EAXkFL3CtLACidkys8
ZcHaa/PENY+AR9bGqdrXc4KDpQKBgQDF/2GtaX1nsw70yPZhwDNYDhasi49JBpFD
ic5cXY8vvy/hXtitKXaq1qCldxoAjAFTGbSWOwaBpUa5szGuyW2HuifCQqeUHbAn
yAx74MDHr/6VxGBlU0v3hWnEncR15pJo3tdnW9D7+X87MRvJ5WclZvz5riobpE7B
kl1aakRJXQKBgF1DEbXG15mOjCGT0x2nojmE/KUHLhpXsf5tlfyO6AKRnf/sVbUY
9IPAqLSwbu1SLlD+nvxMEqgGbM7Bf3e42j/ZbU3EOMEoMkcyUdZlckGDLhz9vayn
vIL8yKVc5MbiaTsLvGo7QEw8E/zE44dnqmxAbAudnmyJiaORcE79FrFVAoGAR+Ee
pMXXMP5gP511VKdh/GWg9aL0sZ4gvlQZBo8wnDTcPQUhxDt5SSwBxhAm8GvjTzfV
x3RGOGq38lKLhti5WrzKEkwAalUczlRhs9c0JUpPMi/IjwBeY82bSDW+TM8X99pu
eKdshw1ckzCQ1griF0H8NOh1gPN1Y/Cu01Qg1kECgYBRVenVlFp2uEMwy38Nqkux
bkRnaVPvdutNiUh1H/UY7aKk3pBcXLTgAv4Ykqyqj+PNUjBBDtTjHiDkkb1QHMhi
rndJv7ckUOGaLRrgvGK4uWYMP5eO0P6VPo12ENYk4VlYiW8MfNZmqD7LCBmReH2v
XKO1+1Ar8KK6i3itrfG5fQ==
-----END FIXTURE PRIVATE KEY-----
`
	fixtureLakalaKey = `
-----BEGIN FIXTURE PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDMPqf8MbdYyi4q
flbVq6suXwyFDtjeAzgJGidupwbZyKjD6KE8O6haglkQLI4xB8nnoPsdwWZvskCB
2sjdHkNvvjnaA2Qdm0rYG2tHTaxBbsJS+RsgWNy3Gkzb7B2qeeANWnFj/tXay5Tm
sPi2TQrO0SWhubMvYGde969K9wA7WWsqQl3Xz+QThTVGZOcLxMPhPXxieVrnj9MB
Z2f3FJQJQ3JhZ8gs3HFSTjjtHjZ67FvzROAW9q7fNF7xwxD3AGdStuilsvt3LECM
5xvjiXxm1uYOnv7fEfegopT+l+fzsyEzoLiSVMVRHE3JHsg4lOKOA0KwBMf5oyeP
3GtOMl9vAgMBAAECggEAIix7o/1XjaIqjk6cTd0O48/gguTkkWUde5xmK6QDx+3E
mx7x12et+BLmPwgNdJO2iyyKx8RD1P2QwIlwYVr+cpR0Do/RsQh6QeV4kjIjV8Fl
/0cR7Fwh9fsPEB8WKZ+BxwoyfcY2VwkILX8/5hTG8arZ7pDpM8ygDypHKLZiUguL
2gpyXJvNuV2Km0UAZxDHv1mwob1tS4+FlwPimieh9qUn5nxjLwn0MVszQsa5VaTd
HbrvOdobW4rvIrm60H+vH9GB+DeuId5/SrLDSi9Xnv274MXvLtpJB1xn7sl6l59I
ao1YdfZq+tiEUT5jmK5tFyBxKBl1DsdGlPABh7/qCQKBgQD3dSt5MmhMuyV39YL0
JT10WqCTvlR3P0MOG0CvMx/+mMDE8FUHfGcwB/39uMnw6g8oj8DGj50/8qM7P9Oj
wpqyc6/1ZCS7FUH/znYfBwSHV5YqnY3NmdSji9r43bpgFsHMizL351wI5ifd5d8E
xvWN1bMFFRqY5NlikDaBhFwQyQKBgQDTS5r/nAEJTfSbCW4IPLSzFOJ07bqqFiuR
U7PkVviVtpGhKI3UHWYQJsiKuKSIU6J6x0ijfCKxnraMEjGZiIZCc+C55sh60/IA
AEOUhJVxrCcW+CO371PEREdRKPftFrcU52vxaDGAxj/OPvV0//NPx/RYKQHaYGja
Iia/pJ0CdwKBgQDvNCU0/8QQwCtk/T98L+9q5RwqFSbjKpTwMunhMeNwoUpeVQ9s
sBWzOVaNh641opvKksM/bZ4NLcgaQwWbXEdbzza9V/OloNPuqi5Gqer3xXPUd/6W
S2hgO5YNUZCSyAzIY5p+RvgRZiINfuKJZKYDWBq4BAF04Gs+urbllgPE+QKBgAns
dR0oMIxFUwWtDbPpVftLMc+YErpGTEmJCtvgkdBGQNS22OJrdw2vJKAPR/r3Ipxt
m6XCAMci0yQE/rtdRCD+3EEe66+JIMaLPKFPEM3D7hoQEW1kGiUPp+HR8ML73CFp
NRKjeB+6L+j54AFcvAq1M26ojmO5P3NvQy6hBpbFAoGBAMz7A4rDKNQj+1w2hnlh
vncQlOhRen9C5kXQZZu2AvWctnZZTtn6SzqImQZIoTK8i3DLmYC2NaUFRmAdEqbK
JOam80jPuMdxQSu/Rl4d1tzOMMdJNhmOxtqIXUwhKS2GnDbbL/gsi72HLomcr6Ql
ZUgU7nqGTsPRBfLpp90q7km2
-----END FIXTURE PRIVATE KEY-----
`
)
