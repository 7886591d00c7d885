package store

import "testing"

func TestFirst(t *testing.T) {
	dir := t.TempDir() + "/data ?%41"
	s, err := Open(dir, Create())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		if err := s.Append([]Record{{Tx: 1, At: 5, Kind: "x", Body: nil}, {Tx: uint64(i), Kind: "y", Body: []byte("abc")}}, []Row{{Tx: uint64(i + 1), Order: "abc000001", Open: i%2 == 0, Day: 20260101, Amount: 7, State: "s"}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.VerifyAll(); err != nil {
		t.Fatal(err)
	}
	t.Log(s.Stats())
	t.Log(s.Totals(20260101))
	t.Log(s.RowsByDay(20260101, 0, 3))
	t.Log(s.RowsByAmount(7, 0, 30000000, 3))
	t.Log(s.RowByOrder("abc000001"))
	t.Log(s.LastTx())
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err == nil {
		t.Fatal("second")
	} else {
		t.Log(err)
	}
	r, err := Open(dir, ReadOnly())
	if err != nil {
		t.Fatal(err)
	}
	t.Log(r.Head())
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err = Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(s.Head())
	t.Log(s.Full())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
