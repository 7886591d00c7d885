// Package disksim is a disk in memory.
package disksim
