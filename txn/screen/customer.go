package screen

import "till/txn"

// Scene is how the words of the customer's screen are placed.
type Scene uint8

const (
	SceneWelcome Scene = iota // shop name and welcome, on dark
	SceneAmount               // the amount while it is keyed
	SceneCode                 // show your code
	SceneWaiting              // the phone asks for a password, or one moment
	SceneUnknown              // do not pay again
	SceneResult               // paid, or not charged
	SceneQR                   // scan this code
)

// Customer is what the customer sees: never an operator's detail.
type Customer struct {
	Scene  Scene
	Tone   Tone
	Lang   txn.Lang
	Shop   string
	Mark   string // "SIMULATED"
	Title  string
	Word   string
	Amount string
	Lines  []string
	QR     string // what the code on the screen says; it is drawn, never read aloud
	Wait   Wait   // drawn as a bar, without numbers
}
