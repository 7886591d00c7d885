package sim

// Shrink makes the story of a world that failed smaller for as long as the same
// invariant fails: fewer acts, fewer mishaps. It ends when nothing more can be
// left out, or when enough says so. What it returns is where it came to, and how
// many worlds that took.
func Shrink(o Options, enough func() bool) (Options, Result, int) {
	o.Tell = nil
	s := shrinker{opt: o, res: Run(o), lives: 1, enough: enough}
	if s.res.Failure == nil {
		return s.opt, s.res, s.lives
	}
	told := o
	told.Only, told.Mishaps = nil, append([]Mishap{}, s.res.Struck...)
	if told.Keep == nil {
		told.Keep = []int{}
		for _, a := range o.Plan() {
			told.Keep = append(told.Keep, a.N)
		}
	}
	for better := s.fails(told); better; {
		acts, mishaps := len(s.opt.Keep), len(s.opt.Mishaps)
		fewer(s.opt.Keep, s.without)
		fewer(s.opt.Mishaps, func(list []Mishap) bool {
			o := s.opt
			o.Mishaps = list
			return s.fails(o)
		})
		better = len(s.opt.Keep) < acts || len(s.opt.Mishaps) < mishaps
	}
	return s.opt, s.res, s.lives
}

// shrinker holds the smallest world that still fails as the first one did.
type shrinker struct {
	opt    Options
	res    Result
	lives  int
	enough func() bool
}

// fails lives a world, and takes it if the same invariant fails in it.
func (s *shrinker) fails(o Options) bool {
	if s.enough() {
		return false
	}
	s.lives++
	r := Run(o)
	if r.Failure == nil || r.Failure.Invariant != s.res.Failure.Invariant {
		return false
	}
	s.opt, s.res = o, r
	return true
}

// without tries a world with these acts alone, and with the mishaps that are left.
func (s *shrinker) without(acts []int) bool {
	o := s.opt
	o.Keep = acts
	return s.fails(o)
}

// fewer leaves out parts of a list, large ones first, while fails says that what
// is left will do: delta debugging, by complements.
func fewer[T any](list []T, fails func([]T) bool) {
	for size := len(list); size > 0; {
		left := false
		for from := len(list) - size; from > -size; from -= size { // the end first: it came after the failure
			a, b := max(0, from), from+size
			rest := append(append([]T{}, list[:a]...), list[b:]...)
			if fails(rest) {
				list, left = rest, true
			}
		}
		if !left || size > len(list) {
			size /= 2
		}
	}
}
