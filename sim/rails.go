package sim

import (
	"sync"

	"till/sim/railsim/alipaysim"
	"till/sim/railsim/lakalasim"
	"till/sim/railsim/railwire"
	"till/sim/railsim/wechatsim"
	"till/txn"
	"till/txn/rail"
	"till/txn/rail/alipay"
	"till/txn/rail/lakala"
	"till/txn/rail/wechatpay"
)

// URLs are where the gateways of the shop are that is tried.
var URLs = map[txn.RailName]string{
	txn.WeChatPay: "https://wechatpay.till", txn.Alipay: "https://alipay.till", "lakala": "https://lakala.till",
}

// Signs signs for the shop, and knows what one network has signed.
type Signs struct {
	Signer   rail.Signer
	Verifier rail.Verifier
}

// Rails are the networks of the shop that is tried, the production rails as the
// twins' merchants have them: WeChat Pay and Alipay directly, UnionPay through the
// aggregator.
func Rails(we, ali, lkl Signs) ([]rail.Rail, error) {
	k := keys()
	wechat, err := wechatpay.New(wechatpay.Config{
		BaseURL: URLs[txn.WeChatPay], AppID: k.wechat.AppID, MchID: k.wechat.MchID, StoreID: "S001", DeviceID: "T0317",
		DeviceIP: "127.0.0.1", Description: "老张面馆 {order}", NotifyURL: "https://shop.till/notify",
		Signer: we.Signer, Verifier: we.Verifier,
	})
	if err != nil {
		return nil, err
	}
	direct, err := alipay.New(alipay.Config{
		BaseURL: URLs[txn.Alipay] + "/gateway.do", AppID: k.alipay.AppID, StoreID: "S001", TerminalID: "T0317",
		Subject: "老张面馆 {order}", RefundDays: 90, Signer: ali.Signer, Verifier: ali.Verifier,
	})
	if err != nil {
		return nil, err
	}
	through, err := lakala.New(lakala.Config{
		BaseURL: URLs["lakala"] + lakalasim.Root, AppID: k.lakala.AppID, MerchantNo: k.lakala.MerchantNo, TermNo: k.lakala.TermNo,
		IP: "127.0.0.1", Location: "+31.230416,+121.473701", Subject: "老张面馆 {order}", Wallet: txn.UnionPay, RefundDays: 180,
		Signer: lkl.Signer, Verifier: lkl.Verifier, Codes: lakalaCodes, RefundCodes: lakalaRefundCodes,
	})
	return []rail.Rail{wechat, direct, through}, err
}

// What a contract with the twin of Lakala would list.
var (
	lakalaCodes = []lakala.Code{
		{Call: txn.CallPay, Name: "BBS90051", Outcome: txn.Declined, Cause: txn.CausePayerFunds},
		{Call: txn.CallQuery, Name: "BBS90404", Outcome: txn.Unknown, Cause: txn.CauseNoSuchOrder},
		{Call: txn.CallReverse, Name: "BBS90404", Outcome: txn.Unknown, Cause: txn.CauseNoSuchOrder},
		{Call: txn.CallClose, Name: "BBS90407", Outcome: txn.Declined, Cause: txn.CauseAlreadyPaid},
	}
	lakalaRefundCodes = []lakala.RefundCode{
		{Call: txn.CallRefund, Name: "RFD90404", Outcome: txn.RefundRefused, Cause: txn.CauseNotPaid},
		{Call: txn.CallRefundQuery, Name: "RFD90404", Outcome: txn.RefundAbsent, Cause: txn.CauseNoSuchOrder},
	}
)

// keySets are the merchants of the twins.
type keySets struct {
	wechat wechatsim.KeySet
	alipay alipaysim.KeySet
	lakala lakalasim.KeySet
}

var keys = sync.OnceValue(func() keySets {
	return keySets{wechatsim.Keys(), alipaysim.Keys(), lakalasim.Keys()}
})

// pair are the names that stand for the keys of a shop and a network.
type pair struct{ shop, network railwire.HMAC }

func (p pair) signs() Signs { return Signs{p.shop, p.network} }

func (k keySets) pairs() (we, ali, lkl pair) {
	return pair{railwire.HMAC(k.wechat.MerchantSerial), railwire.HMAC(k.wechat.PlatformID)},
		pair{railwire.HMAC(k.alipay.AppID), alipay.KeySerial},
		pair{railwire.HMAC(k.lakala.MerchantSerial), railwire.HMAC(k.lakala.LakalaSerial)}
}

// rails are those of the world. They hold no state.
var rails = sync.OnceValue(func() []rail.Rail {
	we, ali, lkl := keys().pairs()
	list, err := Rails(we.signs(), ali.signs(), lkl.signs())
	if err != nil {
		panic("sim: " + err.Error()) // fixtures
	}
	return list
})
