package main

import "till/txn"

// demoPerson works in the simulated world. His PIN is no secret: the page shows
// it (decisions.md 21), which no terminal with hardware does.
type demoPerson struct {
	txn.Person
	PIN  string
	hash string // of PIN; made once, so that no start has to wait for it
}

// demoHash is how the hashes begin.
const demoHash = "$argon2id$v=19$m=7168,t=5,p=1$"

// demoStaff is who works in the simulated world.
func demoStaff() []demoPerson {
	return []demoPerson{
		{txn.Person{Number: "01", Name: "王芳", Role: txn.Cashier}, "1357",
			demoHash + "FCYuVgCHFHyovXV/h/hTAA$xsyaiGpw+Du2fBrUK5hGzlIaY/l74T1XfN5KDxkYRuc"},
		{txn.Person{Number: "02", Name: "李强", Role: txn.Cashier}, "2468",
			demoHash + "MCNxf53z9atkctU6lI6/Wg$cdH6HfZZw0C5BF+QJlDgWxhakMpnPJGhxqs+Q+ZsDFc"},
		{txn.Person{Number: "90", Name: "陈店长", Role: txn.Supervisor}, "246800",
			demoHash + "8R0ktGJvdaEyPD3Yf7ef5w$T88E7NgEzO9wGjbmME3tAVdDxRnMAEigeJTa8gey+U0"},
		{txn.Person{Number: "99", Name: "技术员", Role: txn.Technician}, "135790",
			demoHash + "U0y2Y9Hy3Ysr26YBiIZHtA$kUCKAJPRTHTKEND6ne8D/ajMf4DnCtVczDEq1vs3y6Y"},
	}
}

// writeDemoStaff writes them as a staff file.
func writeDemoStaff(path string) error { return writeDurably(path, []byte(demoStaffTOML())) }

func demoStaffTOML() string {
	var s Staff
	for _, d := range demoStaff() {
		hash, err := parsePINHash(d.hash)
		if err != nil {
			panic("staff: the hash of demo person " + d.Number + ": " + err.Error())
		}
		s = s.with(member{d.Person, hash})
	}
	return s.TOML()
}

// demoHired are the people of the demo, as if read from their file.
func demoHired() (Staff, error) { return parseStaff("demo", []byte(demoStaffTOML()), 0o600) }
