package alipaysim

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
)

// KeySet is everything both sides need to talk: the terminal's half and the
// gateway's.
type KeySet struct {
	AppID  string          // 16 digits
	App    *rsa.PrivateKey // signs requests
	Alipay *rsa.PrivateKey // signs answers
}

// Keys returns the fixtures: the same 2048-bit keys for ever, so that traces
// can be compared and tests start at once. THEY ARE PUBLIC. They are test data
// and open nothing anywhere.
func Keys() KeySet {
	return KeySet{
		AppID: "2021000000000001", App: mustKey(fixtureAppKey), Alipay: mustKey(fixtureAlipayKey),
	}
}

// Config is the part of a gateway's configuration that these keys decide.
func (k KeySet) Config() Config {
	return Config{AppID: k.AppID, AppKey: &k.App.PublicKey, AlipayKey: k.Alipay}
}

// AppKeyPEM is the application's private key as a merchant keeps it: PKCS #8.
func (k KeySet) AppKeyPEM() []byte {
	der, err := x509.MarshalPKCS8PrivateKey(k.App)
	if err != nil {
		panic("alipaysim: marshal application key: " + err.Error()) // RSA always can
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// AlipayKeyPEM is Alipay's public key as a merchant downloads it: PKIX.
func (k KeySet) AlipayKeyPEM() []byte {
	der, err := x509.MarshalPKIXPublicKey(&k.Alipay.PublicKey)
	if err != nil {
		panic("alipaysim: marshal Alipay key: " + err.Error()) // RSA always can
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func mustKey(text string) *rsa.PrivateKey {
	text = strings.ReplaceAll(text, "FIXTURE ", "")
	block, rest := pem.Decode([]byte(text))
	if block == nil || len(bytes.TrimSpace(rest)) != 0 {
		panic("alipaysim: fixture is not PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		panic("alipaysim: fixture: " + err.Error())
	}
	return key.(*rsa.PrivateKey)
}

// The fixtures carry FIXTURE in their marks, so that no scanner for secrets
// and no person takes them for keys that matter.
const (
	fixtureAppKey = `
-----BEGIN FIXTURE PRIVATE KEY-----
MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCuJqA5zbR+8mXt
h3QmAnc43ZMvkpniKKnc2ovw9nHV5u330wlh3c+kruatp2FQLRMw3ecEY1PUpANZ
0L0YedDO5KeohRpQyijcGD9jqfa3YcuVIFPPMQx6Nhd9g2joLOz/8R+TTjTjy2Tz
O9GQkhllSe4SK6ao5zkLmdKJznB5WyKmyTYkVYykem7BsXfHMXUeO+OKTqWxtssL
GbmwqRtSdoqxrCz1mK6ywfyHdjZxR3lKFe4oSn7RrAJ6av4QcXD6vXia5RCEqVfD
qvAL/ZzH0o/8/5az0OcI/sGaMwuN1ikS5/PXgytrkPDfJLW1RwSp/9Igo4brrXB7
LHF/k/hpAgMBAAECggEACuZ0BOoxL/jwFEv0IyToXXDQ85tTcmplJ2OueqiSO3c2
0dotrih6BK7F1XyyhJgtqVNaUFX/O0IAy7BbBZsqTKjXLZ8XJJNit1P1M8HBpXzD
h1P8qu1BAK0+DycYe9/D/ckT1t6ARPnIGclWtpvOZx6Xfh+pUM0YLvezy9hWBeJp
x0bM7hlJipff06hczGb/DjAKoqAkTeHG/saIyQ64w1vgeREezlm8slOBiO2PG1ZS
TyHMMKpZ4yAImcO4ujdtTfLhab6sOxSLVYpfjce51p4Ylz3xVo7gy95e+TKiqflz
UcSTHocOvHrg082aWcXDnXnRwLl5Yy/0ceHqc2gHGQKBgQDvRbzZ7IBAjfEbAfhp
liUFAZ+L5psXhtFMbzWj21zdi9zIOnbPckns2iIXiMKpHxHsHw6tlBil3qlC4POn
YnBRhFD0rkDeIvT9PDEPzr9rSEyhl6vTRjFIcI7J0MtT+nhh4USDwc0PoUjIJFUW
lxc6YNcz2s7zlt5escrUtqMASwKBgQC6U2g2d5noHe/mkCfdVyFw6V4B2TMPegaE
MPO2/2RXm5+i8+0apNl9EWdcavlyjehPysmiiA29paEIoU892E7KAHXKqByFpm4u
NrzVnsUk/rdIjhvvFT1NyspoZhM5eOXfdQvavBTkBpe1+vCwQcCdxgLYxzBvF9B3
JfkeoxeBmwKBgCpFTbnKOFYvPVsiG/q7VcruoHscwGWFodA5DWbnSB6zqMuO2JKJ
hFndp4w00v8ByC7IxdUQhtI25fw0tZbqoyEjmRHA/yC/WDyst5YtVk/js/YQT4DB
s88yY2dwBZvOchoIrAwC3vFV8v+4u3eENcxQc3RrwYfzLVHZYxX1NhLFAoGAGs9h
kWTIOoQEPvLDKbAd2bdalX2BQVrXkTHR/6Tj9U8pOzNKDKlnuf1FGCE0X21X3hNZ
zA8zmvQ4JZvAYS+8tog2asChygFWnUO3DC3aRCZ6jPAVyOMPfSAO29LENWLWAL9A
w2qIvv7L2Z2QAGyVoJ4bTsHqkDGnB13paKUi/r0CgYB5Y8CrbW+q6RhyjZ1yYIbC
7ja/NxZrvZ1IQoX8gbNM+MdinpVtVdYn0g6gnSXqGAvio2ykKTNaNjutuGSIQYFI
sRaQgZuMEsZL7A/kEZr24kJ0LBUL4x97Z7jDLAtDS3NsIasdhygEzeZjXMg/2qi3
W1dpD18fJE8vo9iz/xLvag==
-----END FIXTURE PRIVATE KEY-----
`
	fixtureAlipayKey = `
-----BEGIN FIXTURE PRIVATE KEY-----
MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCjIWF2L+bkfL9E
eN0WA/Siaa2PfVwqEXtntidEnF9ydG/tEoJyamW4b2MSgNKDAF3UzwpnuZ89uh2E
c9mjShP9Nrfj24FmBs1jvi1dYcK7xq56ovyhMZGtl6gmNGHIZZc/ezowPUCqLZss
E5kDtDzKaDEjOgo3mdDYWl8AtuArZe8UypqcZi8hV0jPLyJdA5rsKzzyL85lBhgy
2IvnVZB0UZKYbqh3fRiXSWX3DXIGEugrWyN1KWdwLsUdjmtI3xvmZHHtEfutVkSK
2Rz4CJhRnlLU5RlHcbrRj9HMAyCJJkvdwRMBksCGoFGRF6xODMlG3MA2PB3itUIT
QScg/5LjAgMBAAECggEABVtW5udIyRPbU8DJJce2L+La7WaJg3WQN+q1APjYuT8W
TPcnkHOPREVDiTunkpb6/dCiZHrcdQSqx51USHbFWNbxy1x7RmHqFkVVPr3YA9T1
djuhNNK6zyG2/Xq/3vqOedeukkQ9OgKGGAHLUCtTN213dwniO5QtaCDMuNgRpf1p
qST48aMdR1TS2gUiIQBAysg9izyM7vmJTTmvR5bkGRswOiyRREys3h/LaUpRUjcn
kgczV6v8MeydXXIfLRYpBh1pyqIM7kTQu80jdepshloPiClC9ZQikJdiWiaNpugb
tTYnTSebA3ZWgYnVZqIgulmekM2QFOrcFeVCw53uyQKBgQDfTFIAfW7wg2vyrRWv
eVcM9RLrvUewqs2d6g8LLk5bcF8fF0t7Pb/hBxtYjILDw+pRqQKnNXyV+0i7O5wd
DnwJbWX+WmAcFmdQmMtWjZGu8FVCqiNJ5umOj4iQaIs26tWXoq7LJvApJBUxs+pd
kkws6hdQ5+C1jSP7jX8h8hPuGwKBgQC7BU8vx2zD68wY8wmVpGvB0ST4/uPL6KRn
tGaS8ySXmqVsCyq0D19byI3IFtaJDAluHoBkqOlSnmTjCVsxSeeVZH17MGwzWNXE
o3K6dFWjAr+U8hDGAdLrTGi0Ev1PbopxcR542AmlXwA/gyN1X03GrdcgbCyNjXU3
/PPGhoQa2QKBgFQrEXHL1ghkkUj9AwKMi0qACiy/wQkPqMeQVTFSuAhxd/lhL3t5
0BzDMASVmiiubWFwgmaCm75w5H5mvraZIhnvmZVhfX641yKjJWovnK1DO/AP75NI
rdqlscU1EtyVcgNhN9+tgrMPPcnpVjsFDR+U8Ur2zFXCqMCGGliyRd7nAoGAJz/U
AJj/0JZZ/Rp0dn1NSB3WfpMvx4mJh2Iq7Mguc8q20Nf/HE7lmmOardVtLNHj4MJx
+64fWYF4dtVt2AhEm+u9Ee91pckNA/mxiEQF/PIEtwOeVY/obg1ZJAGgO91dHLW6
yW29iIFJkgq5lFZuAjZVoa5SI1r+sMNbfdyZOPECgYBHEPoAYvCFRvwM8ro+2PAQ
AgigmgpnbGpC5mGHHRdXa6CHMsjnMVhCrEmdiUaRdB+ijWgoilFXnFaVTrfcifQE
PvEZdQ00g8V0i13YgJnevcXMzk+nHMInrjhEVS/Qhuy+YyA0kEt/oIfQcXhY0on+
u/mI3xSFYcsZXT22ZEwTWA==
-----END FIXTURE PRIVATE KEY-----
`
)
