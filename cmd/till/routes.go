package main

import (
	"crypto/rsa"

	"till/device"
	"till/device/link"
	"till/txn"
	"till/txn/rail"
	"till/txn/rail/alipay"
	"till/txn/rail/lakala"
	"till/txn/rail/wechatpay"
)

// route is a payment network and the wire to it.
type route struct {
	rail    rail.Rail
	link    exchanger
	url     string         // of the gateway, to open a connection ahead of a sale
	wallets []txn.RailName // whose codes it takes, when that is not its own name
	shows   txn.RailName   // whose code it shows, when that is not its own name
}

// setup is what the machine knows of a network.
func (r route) setup() txn.RailSetup { return rail.Setup(r.rail, r.wallets, r.shows) }

// linkWatch is told of one route's wire opening and closing.
type linkWatch func(route int, up bool, f *device.Fault)

// routesOf are the networks of the configuration, each with a wire of its own,
// in the order in which they are offered.
func routesOf(cfg *Config, watch linkWatch) ([]route, error) {
	var routes []route
	for _, make := range []func(*Config) (rail.Rail, route, error){weChatRoute, alipayRoute, lakalaRoute} {
		rl, r, err := make(cfg)
		if err != nil {
			return nil, err
		}
		if rl == nil {
			continue
		}
		n := len(routes)
		r.rail = rl
		if r.link, err = wire(cfg, caOf(cfg, rl.Name()), func(up bool, f *device.Fault) { watch(n, up, f) }); err != nil {
			return nil, err
		}
		routes = append(routes, r)
	}
	return routes, nil
}

func caOf(cfg *Config, name txn.RailName) []byte {
	switch name {
	case txn.WeChatPay:
		return cfg.WeChatPay.CA.PEM
	case txn.Alipay:
		return cfg.Alipay.CA.PEM
	}
	return cfg.Lakala.CA.PEM
}

func wire(cfg *Config, ca []byte, onState func(bool, *device.Fault)) (*link.Link, error) {
	return link.New(link.Config{
		CA: ca, Proxy: cfg.Link.Proxy, UserAgent: "till/" + version, Built: txn.ClockFloor.In(0),
		ConnectTimeout: cfg.Link.ConnectTimeout, TLSTimeout: cfg.Link.TLSTimeout, AnswerTimeout: cfg.Link.AnswerTimeout,
		OnState: onState,
	})
}

// keyPair is what signs for us at a network, under our serial number, and what
// verifies its answers.
func keyPair(serial string, ours *rsa.PrivateKey, theirs rail.RSAKey) (rail.Signer, rail.Verifier, error) {
	signer, err := rail.NewRSASigner(serial, ours)
	if err != nil {
		return nil, nil, err
	}
	verifier, err := rail.NewRSAVerifier(theirs)
	return signer, verifier, err
}

// weChatRoute is WeChat Pay, if this shop takes it directly.
func weChatRoute(cfg *Config) (rail.Rail, route, error) {
	w := cfg.WeChatPay
	if !w.Given {
		return nil, route{}, nil
	}
	signer, verifier, err := keyPair(w.SerialNo, w.Key.Reveal(), rail.RSAKey{Serial: w.PlatformID, Key: w.PlatformKey.Key})
	if err != nil {
		return nil, route{}, err
	}
	r, err := wechatpay.New(wechatpay.Config{
		BaseURL: w.BaseURL, AppID: w.AppID, MchID: w.MchID, StoreID: w.StoreID, DeviceID: cfg.Terminal.ID,
		DeviceIP: w.DeviceIP.String(), Description: w.Description, NotifyURL: w.NotifyURL,
		Signer: signer, Verifier: verifier,
	})
	if err != nil {
		return nil, route{}, err
	}
	return r, route{url: w.BaseURL}, nil
}

// alipayRoute is Alipay, if this shop takes it directly. Answers name no key
// but in certificate mode.
func alipayRoute(cfg *Config) (rail.Rail, route, error) {
	a := cfg.Alipay
	if !a.Given {
		return nil, route{}, nil
	}
	serial := alipay.KeySerial
	if a.Certified() {
		serial = a.AlipayKey.CertSN
	}
	signer, verifier, err := keyPair(a.AppID, a.Key.Reveal(), rail.RSAKey{Serial: serial, Key: a.AlipayKey.Key})
	if err != nil {
		return nil, route{}, err
	}
	r, err := alipay.New(alipay.Config{
		BaseURL: a.Gateway(), AppID: a.AppID, SellerID: a.SellerID, StoreID: a.StoreID, TerminalID: cfg.Terminal.ID,
		Subject: a.Subject, RefundDays: a.RefundDays, AppCertSN: a.AppCert.Serial, RootCertSN: a.RootCert.Serial,
		Signer: signer, Verifier: verifier,
	})
	if err != nil {
		return nil, route{}, err
	}
	return r, route{url: a.BaseURL}, nil
}

// lakalaRoute is the aggregator, for the wallets that the configuration sends
// through it.
func lakalaRoute(cfg *Config) (rail.Rail, route, error) {
	l := cfg.Lakala
	if !l.Given {
		return nil, route{}, nil
	}
	signer, verifier, err := keyPair(l.SerialNo, l.Key.Reveal(), rail.RSAKey{Serial: l.PlatformID, Key: l.PlatformKey.Key})
	if err != nil {
		return nil, route{}, err
	}
	r, err := lakala.New(lakala.Config{
		BaseURL: l.BaseURL, AppID: l.AppID, MerchantNo: l.MerchantNo, TermNo: l.TermNo, IP: l.DeviceIP.String(),
		BaseStation: l.BaseStation, Location: l.Location, Subject: l.Subject, Wallet: l.ShownWallet,
		RefundFrom: l.RefundMode(), RefundDays: l.RefundDays, Codes: l.Codes.Sales, RefundCodes: l.Codes.Refunds,
		Signer: signer, Verifier: verifier,
	})
	if err != nil {
		return nil, route{}, err
	}
	return r, route{url: l.BaseURL, wallets: l.Wallets, shows: l.ShownWallet}, nil
}
