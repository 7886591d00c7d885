package railsim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"syscall"
)

// RequestMax is the largest body read. Real requests have about 2000 bytes.
const RequestMax = 64 << 10

// Fate is how far an answer comes.
type Fate int

// The fates of an answer.
const (
	Whole   Fate = iota
	Half         // the head and half of the body
	Silent       // not a byte
	Refused      // nobody listens
)

// Wire is what leaves a gateway.
type Wire struct {
	Fate   Fate
	Status int
	Header http.Header
	Body   []byte
	After  []byte // behind the answer, unasked
}

// Request is what arrived, before anything is believed.
type Request struct {
	Method, URI string // URI: path and query exactly as sent
	Path, Query string
	Host        string // to which it was sent
	Header      http.Header
	Body        []byte
}

// Exchange is a gateway from the arrival of a request to the bytes that leave.
// It returns an error only if the context ended while a late answer waited.
type Exchange func(ctx context.Context, r *Request) (Wire, error)

// Leave waits as long as the behaviour says, and lets an answer that the
// behaviour cuts be silent.
func (d *Desk) Leave(ctx context.Context, b Behaviour, w Wire) (Wire, error) {
	if b.Has(LoseAnswer, ChargeLose, SlowCharge, ArrivesLate) {
		w = Wire{Fate: Silent}
	}
	if act, ok := b.Act(Late); ok {
		if err := d.clock.Sleep(ctx, act.After); err != nil {
			return Wire{Fate: Silent}, err
		}
	}
	return w, nil
}

// ServeHTTP serves real sockets. A lost answer cuts the connection. A handler
// cannot refuse a connection that was already accepted, so "down" is a
// connection that closes at once.
func (x Exchange) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, RequestMax+1))
	if err != nil || len(body) > RequestMax {
		panic(http.ErrAbortHandler)
	}
	w, err := x(r.Context(), read(r, r.RequestURI, body))
	if err != nil || w.Fate == Silent || w.Fate == Refused {
		panic(http.ErrAbortHandler)
	}
	if w.After != nil {
		writeRaw(rw, w)
		return
	}
	maps.Copy(rw.Header(), w.Header)
	if w.Status != http.StatusNoContent && w.Status != http.StatusNotModified {
		rw.Header().Set("Content-Length", strconv.Itoa(len(w.Body)))
	}
	rw.WriteHeader(w.Status)
	if w.Fate == Half {
		_, _ = rw.Write(w.Body[:len(w.Body)/2])    // the client may be gone: so be it
		_ = http.NewResponseController(rw).Flush() // as above
		panic(http.ErrAbortHandler)
	}
	_, _ = rw.Write(w.Body) // as above
}

// writeRaw answers with more bytes than announced, which a ResponseWriter does
// not allow.
func writeRaw(rw http.ResponseWriter, w Wire) {
	conn, buffered, err := http.NewResponseController(rw).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 has no such thing as bytes behind an answer
	}
	w.Header.Set("Content-Length", strconv.Itoa(len(w.Body)))
	// The client may be gone: errors of writing change nothing.
	_, _ = fmt.Fprintf(buffered, "HTTP/1.1 %d %s\r\n", w.Status, http.StatusText(w.Status))
	_ = w.Header.Write(buffered)
	_, _ = buffered.WriteString("\r\n")
	_, _ = buffered.Write(w.Body)
	_, _ = buffered.Write(w.After)
	_ = buffered.Flush()
	_ = conn.Close()
}

func read(r *http.Request, uri string, body []byte) *Request {
	return &Request{
		Method: r.Method, URI: uri, Host: r.Host, Path: r.URL.Path, Query: r.URL.RawQuery,
		Header: r.Header, Body: body,
	}
}

// Do is the gateway without a socket, for a simulated link. It behaves like
// http.Client.Do on a connection to this gateway: a lost answer is
// io.ErrUnexpectedEOF, one cut in the middle is a response whose body ends in
// io.ErrUnexpectedEOF, "down" is a *net.OpError of a refused connection. It
// honours ctx while a late answer waits on the Clock, and adds the User-Agent
// that Go's transport would add. Bytes behind an answer are invisible here, as
// they are behind Go's transport.
func (x Exchange) Do(ctx context.Context, r *http.Request) (*http.Response, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(io.LimitReader(r.Body, RequestMax+1)); err != nil {
			return nil, fmt.Errorf("railsim: read request: %w", err)
		}
		if err := r.Body.Close(); err != nil {
			return nil, fmt.Errorf("railsim: close request: %w", err)
		}
		if len(body) > RequestMax {
			return nil, fmt.Errorf("railsim: request of more than %d bytes: %w",
				RequestMax, io.ErrUnexpectedEOF)
		}
	}
	request := read(r, r.URL.RequestURI(), body)
	if _, present := r.Header["User-Agent"]; !present {
		request.Header = r.Header.Clone()
		request.Header.Set("User-Agent", "Go-http-client/1.1")
	}
	w, err := x(ctx, request)
	switch {
	case err != nil:
		return nil, err
	case w.Fate == Refused:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	case w.Fate == Silent:
		return nil, fmt.Errorf("railsim: no answer: %w", io.ErrUnexpectedEOF)
	}
	content := io.Reader(bytes.NewReader(w.Body))
	if w.Fate == Half {
		content = io.MultiReader(bytes.NewReader(w.Body[:len(w.Body)/2]), cut{})
	}
	w.Header.Set("Content-Length", strconv.Itoa(len(w.Body)))
	return &http.Response{
		Status:     strconv.Itoa(w.Status) + " " + http.StatusText(w.Status),
		StatusCode: w.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.Header, Body: io.NopCloser(content), ContentLength: int64(len(w.Body)),
		Request: r,
	}, nil
}

// cut is where a connection broke.
type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// IsCut says whether an error of Do is one of a lost answer.
func IsCut(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }
