// Package printer drives a receipt printer: one job at a time, its status, and
// proof of what was printed. The bytes are package escpos's; this package
// knows when to send them and what the answers prove.
//
// A job is never resumed: if it is interrupted the buffers are cleared, Print
// says Torn, and the caller prints the whole again, marked as a possible
// duplicate. Nothing is retried here. What the caller may conclude from a
// Result is written at Outcome.
//
// Source: shared/printing.md, sections 2 to 4.
//
// # Decisions
//
// A printer that answers no status request is taken for switched off (P05), and
// jobs are refused, unless its profile says LevelD, write-only: to a dead
// printer a job would be lost every time. Would change our mind: a way to tell
// one from the other.
//
// Level B, and A, are given only to printers that answer all four DLE EOT, or
// send ASB: else "healthy afterwards" is more than is known.
//
// At level A body, checkpoint, cut and checkpoint are sent in one go, so the
// knife does not wait for a round trip. At level B the cut is sent after the
// body was found good.
//
// What stops a job: cover, paper, cutter, failure. A hot head or an offline
// without a reason (the FEED button) is waited out, up to a limit.
//
// After an interruption a printer that clears its buffers on request (DLE DC4 8)
// is cleared at once, while it is still offline, so that nothing of the old job
// comes out on the new roll; the others when they are well again. A cutter error
// is left (DLE ENQ) when the cover was opened and closed, or when the next job
// comes: both mean that a person was there.
//
// The modem status lines are not looked at: device.Port does not have them, and
// credit alone suffices where GS r is answered (section 4).
package printer
