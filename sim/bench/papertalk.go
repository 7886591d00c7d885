package bench

import (
	"slices"
	"strings"
)

// banners are what a slip about a refund says in large letters, in the words of
// package printer/receipt, and the page's word for it.
var banners = []struct{ paper, word string }{
	{"已登记，待办理", "promised"}, {"退款结果待定", "sent"}, {"退款等待中", "waits"}, {"已受理，未到账", "accepted"},
	{"款项已退本店", "toShop"}, {"款项已退回", "paidBack"}, {"退款未成功", "refused"}, {"退款已失效", "expired"},
	{"退款无法入账", "stranded"}, {"退款已取消", "calledOff"}, {"已退现金", "cash"}, {"已换新退款号", "replaced"},
}

// readPaper looks for the number on what was printed: behind 流水号 on the receipt
// of a sale, behind 查询号 on anything else (printer/receipt). The newest slip is
// what the paper says.
func (r *row) readPaper(papers []piece) {
	label := "流水号:"
	if r.Kind == "refund" {
		label = "查询号:"
	}
	for _, p := range slices.Backward(papers) {
		head, ok := onPaper(p.text, label, r.No)
		if !ok {
			continue
		}
		if p.state == "cut" {
			r.Copies++
		}
		if r.Paper == "" || r.Paper == "torn" && p.state == "cut" {
			r.Paper = wordOf(r.Kind, p.state, head)
		}
	}
}

func wordOf(kind, state, head string) string {
	if state != "cut" {
		return state
	}
	if kind == "refund" {
		for _, b := range banners {
			if strings.Contains(head, b.paper) {
				return b.word
			}
		}
	}
	return "printed"
}

// onPaper looks for the line with a number, which is near the head, and returns
// what stands above it.
func onPaper(text, label, number string) (head string, ok bool) {
	head, rest, ok := strings.Cut(text, label)
	line, _, _ := strings.Cut(rest, "\n")
	line = strings.TrimSpace(line)
	return head, ok && (line == number || strings.HasPrefix(line, number+" "))
}
