// Package link is the wire to the acquirers: one request, one answer, over
// HTTPS. It knows how long each stage took, whether a byte of the request may
// have left, and whether the gateway can be reached. It knows nothing about
// money: what an answer means is for the rails to say.
//
// A request whose answer did not come is an error with Trace.Sent set: the
// gateway may have acted on it. With Sent false nothing left this machine.
//
// # Decisions
//
// One request is sent at most once. net/http's Transport sends a request again
// on a fresh connection when a reused one fails: always if nothing was written,
// and for GET, HEAD, OPTIONS, TRACE, and for any method with an Idempotency-Key
// header and a body that can be read twice, even if it was written
// (net/http/transport.go, shouldRetryRequest; request.go, isReplayable; Go
// 1.26.8). We use http.ClientConn, new in Go 1.26: one connection, no pool and
// no second try. The one repeat of ours is on a new connection, and only if the
// reused one broke before a byte of the request was handed to TLS. What would
// change our mind: nothing.
//
// HTTP/1.1 only. One connection carries one request, so that a time-out closes
// what it was about and nothing else, and the GOAWAY and REFUSED_STREAM repeats
// of net/http's HTTP/2 cannot happen. What would change our mind: a gateway
// that speaks nothing else.
//
// An idle connection is read by net/http, so a server's goodbye is seen at once
// and not by the next sale. It is used for a minute at most: a mobile network's
// address translation forgets quietly, and a request into a forgotten
// connection is a sale of unknown outcome. What would change our mind:
// measurements on a real SIM.
//
// Redirects are answers (a rail's signature covers the path that was asked),
// cookies are not kept, environment variables name no proxy, and compression is
// neither asked for nor undone: signatures cover the bytes as they were sent,
// and an answer that is encoded without having been asked for is L05.
//
// The whole exchange, from the first byte of the request to the last of the
// answer, has one time limit. The stages before it have their own, so that a
// fault names what was slow.
//
// A name that cannot be resolved is L02 also when the name server is silent: it
// is another cable and another form to fill in than a gateway that is down.
// Only when the machine has no network at all is it L01.
//
// An answer without length or chunks that ends with the connection is taken as
// whole: HTTP cannot tell, and the rails verify a signature over it.
package link
