package main

import (
	"time"

	"till/txn/money"
)

// PolicyConfig is the table [policy]. A limit of 0.00 is none, where it may be
// 0.00 at all.
type PolicyConfig struct {
	SaleLimit  money.Amount
	CodeWait   time.Duration
	ShownCode  time.Duration // how long a code that we show may be paid
	ResultTime time.Duration
	Receipt    string // "always"
	Footer     string
	Cash       bool // cash sales are allowed

	RefundLimit           money.Amount // above it a second person agrees; never 0.00
	RefundMax             money.Amount // the largest refund at all; never 0.00
	ShiftRefundLimit      money.Amount // of one cashier in one shift
	ShiftSaleLimit        money.Amount // ... of sales
	DayRefundLimit        money.Amount // of the terminal in one day
	RefundDays            int          // the shop's own window; 0: the network's
	Reasons               bool         // a refund needs a reason
	RefundWithoutOriginal bool         // cash may be paid out without a sale
	RefundVelocityCount   int          // more refunds than this within the time need a second person; 0: off
	RefundVelocityTime    time.Duration

	StaffFile string        // "": nobody signs in
	IdleLock  time.Duration // 0: never
	SettleAt  time.Duration // after midnight, local time; only shown
}

var policyKeys = []keySpec{
	{name: "sale_limit", def: `"5000.00"`, doc: "The largest sale",
		kind: amountKind{zero: "no sale would be within it"},
		at:   func(c *Config) any { return &c.Policy.SaleLimit }},
	{name: "code_wait", def: `"1m"`, doc: "How long to wait for the payer's code",
		kind: durationKind{10 * time.Second, 10 * time.Minute},
		at:   func(c *Config) any { return &c.Policy.CodeWait }},
	{name: "shown_code", def: `"3m"`, doc: "How long a code that the screen shows may be paid",
		kind: durationKind{30 * time.Second, 10 * time.Minute},
		at:   func(c *Config) any { return &c.Policy.ShownCode }},
	{name: "result_time", def: `"5s"`, doc: "How long an approval stays on the screen",
		kind: durationKind{time.Second, time.Minute},
		at:   func(c *Config) any { return &c.Policy.ResultTime }},
	{name: "receipt", def: `"always"`, doc: "When a receipt is printed",
		kind: choiceKind{"always"}, at: func(c *Config) any { return &c.Policy.Receipt }},
	{name: "footer", def: `""`, example: `"七天内凭小票退货"`, doc: "What stands at the foot of receipts",
		kind: textKind{max: 200, lines: true}, at: func(c *Config) any { return &c.Policy.Footer }},
	{name: "cash", def: `true`, doc: "Cash sales are allowed",
		kind: flagKind{}, at: func(c *Config) any { return &c.Policy.Cash }},
	{name: "refund_limit", def: `"200.00"`, doc: "The largest refund that needs no second person",
		kind: amountKind{zero: "0.00 could mean all or none; with 0.01 nearly every refund asks for a second person"},
		at:   func(c *Config) any { return &c.Policy.RefundLimit }},
	{name: "refund_max", def: `"5000.00"`, doc: "The largest refund at all",
		kind: amountKind{zero: "no refund would be within it"},
		at:   func(c *Config) any { return &c.Policy.RefundMax }},
	{name: "shift_refund_limit", def: `"0.00"`,
		doc:  "What one cashier may refund in one shift; 0.00 is no limit",
		kind: amountKind{}, at: func(c *Config) any { return &c.Policy.ShiftRefundLimit }},
	{name: "shift_sale_limit", def: `"0.00"`,
		doc:  "What one cashier may sell in one shift; 0.00 is no limit",
		kind: amountKind{}, at: func(c *Config) any { return &c.Policy.ShiftSaleLimit }},
	{name: "day_refund_limit", def: `"0.00"`,
		doc:  "What this terminal may refund in one day; 0.00 is no limit",
		kind: amountKind{}, at: func(c *Config) any { return &c.Policy.DayRefundLimit }},
	{name: "refund_days", def: `0`, example: `7`,
		doc:  "The shop's own window of refunds; 0 is the network's",
		kind: rangeKind{0, 366, "days"}, at: func(c *Config) any { return &c.Policy.RefundDays }},
	{name: "reasons", def: `false`, doc: "A refund needs a reason",
		kind: flagKind{}, at: func(c *Config) any { return &c.Policy.Reasons }},
	{name: "refund_without_original", def: `false`,
		doc:  "Cash may be paid out without a sale, with a reason and a second person; no network refunds so",
		kind: flagKind{}, at: func(c *Config) any { return &c.Policy.RefundWithoutOriginal }},
	{name: "refund_velocity_count", def: `5`,
		doc:  "More refunds than this within refund_velocity_time need a second person; 0 is off",
		kind: rangeKind{0, 100, ""}, at: func(c *Config) any { return &c.Policy.RefundVelocityCount }},
	{name: "refund_velocity_time", def: `"10m"`, doc: "See refund_velocity_count",
		kind: durationKind{time.Minute, 24 * time.Hour},
		at:   func(c *Config) any { return &c.Policy.RefundVelocityTime }},
	{name: "staff_file", def: `""`, example: `"staff.toml"`,
		doc:  "Who works here; without it nobody signs in, and what needs a second person is refused",
		kind: staffKind{}, at: func(c *Config) any { return &c.Policy.StaffFile }},
	{name: "idle_lock", def: `"0s"`, example: `"5m"`,
		doc:  "After how long without a key the terminal locks; 0s is never",
		kind: orNeverKind{durationKind{10 * time.Second, 4 * time.Hour}},
		at:   func(c *Config) any { return &c.Policy.IdleLock }},
	{name: "settle_at", def: `"23:30"`, doc: "When the shop closes its day; only shown",
		kind: clockKind{}, at: func(c *Config) any { return &c.Policy.SettleAt }},
}

// policyTogether refuses limits that undo one another.
func (c *configChecker) policyTogether() {
	p := &c.config.Policy
	at, ok := c.good("policy.refund_limit")
	if _, both := c.good("policy.refund_max"); ok && both && p.RefundLimit.Over(p.RefundMax) {
		c.problem(at, "policy.refund_limit", complaint{
			text: "no refund above " + p.RefundMax.Plain() + " is possible (refund_max), so nobody would be asked",
		}, "use at most "+p.RefundMax.Plain())
	}
	at, ok = c.good("policy.refund_without_original")
	if ok && p.RefundWithoutOriginal && p.StaffFile == "" && !c.bad["policy.staff_file"] {
		c.problem(at, "policy.refund_without_original", complaint{
			text: "nobody signs in here (staff_file), so there is no second person to allow one",
		}, "name a staff_file, or use false")
	}
}
