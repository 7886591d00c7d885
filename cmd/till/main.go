// Command till is a payment terminal: it drives a barcode scanner, a receipt
// printer and a keypad, and takes payments by code. See till help.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }
