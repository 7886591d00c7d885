package link

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"till/device"
)

// errSlow is the end of a stage's own time limit.
var errSlow = errors.New("no answer within the time limit")

// cause returns why ctx ended, when it did, instead of what that looked like
// from inside the connection.
func cause(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return context.Cause(ctx)
}

// fault tells what a person can do about err, which ended a request in stage.
func (l *Link) fault(ctx context.Context, stage Stage, err error) *device.Fault {
	if ctx.Err() != nil { // the caller's own limit, or its cancel
		err = ctx.Err()
		if why := context.Cause(ctx); why != err {
			err = fmt.Errorf("%w: %w", err, why)
		}
	}
	f := &device.Fault{Code: device.LinkBroken, Device: device.Link, Op: stage.String(), Err: err}
	switch {
	case errors.Is(err, context.Canceled):
		f.Code = device.LinkSlow
	case isUnreachable(err):
		f.Code = device.LinkDown
	case stage == Resolve:
		f.Code = device.LinkNameUnknown
	case errors.Is(err, errSlow), isTimeout(err):
		f.Code = device.LinkSlow
	case stage == Connect:
		f.Code = device.LinkDown
	case stage == Handshake:
		l.judgeTLS(f)
	}
	return f
}

// judgeTLS tells a wrong clock from a wrong certificate, and both from a
// connection that broke.
func (l *Link) judgeTLS(f *device.Fault) {
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](f.Err); ok && invalid.Reason == x509.Expired {
		now := time.Now()
		f.Code = device.LinkUntrusted
		switch from, to := invalid.Cert.NotBefore, invalid.Cert.NotAfter; {
		case now.Before(from) && now.Before(l.cfg.Built):
			f.Code, f.Device = device.ClockUnset, device.Clock
			f.Err = fmt.Errorf("clock says %s, this program was built %s: %w", day(now), day(l.cfg.Built), f.Err)
		case now.Before(from):
			f.Err = fmt.Errorf("certificate is valid from %s, clock says %s; is the clock behind? %w", day(from), day(now), f.Err)
		default:
			f.Err = fmt.Errorf("certificate was valid until %s, clock says %s; is the clock ahead? %w", day(to), day(now), f.Err)
		}
		return
	}
	_, unverified := errors.AsType[*tls.CertificateVerificationError](f.Err)
	remote, ok := errors.AsType[*net.OpError](f.Err)
	if unverified || ok && remote.Op == "remote error" || isProtocol(f.Err) {
		f.Code = device.LinkUntrusted
	}
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// isProtocol says that the peer speaks TLS that we do not take, such as 1.0.
// crypto/tls has no type for it; anything in a handshake that is neither the
// network's fault nor a wrong first record is one.
func isProtocol(err error) bool {
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, network := errors.AsType[net.Error](err)
	return !record && !network && !isCut(err)
}

// isCut says that the connection ended.
func isCut(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// isNameError says that the name did not resolve.
func isNameError(err error) bool {
	_, ok := errors.AsType[*net.DNSError](err)
	return ok
}

// isTimeout says that the system gave up waiting.
func isTimeout(err error) bool {
	if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, syscall.ETIMEDOUT) {
		return true
	}
	n, ok := errors.AsType[net.Error](err)
	return ok && n.Timeout()
}

// isUnreachable says that this machine has no way to the other.
func isUnreachable(err error) bool {
	for _, no := range []error{syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.ENETDOWN, syscall.EHOSTDOWN, syscall.EADDRNOTAVAIL} {
		if errors.Is(err, no) {
			return true
		}
	}
	return false
}
