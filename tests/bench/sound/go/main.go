package main

import (
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
)

type account struct {
	name    string
	balance int
	history []string
}

type ledger struct {
	accounts map[string]*account
}

var errUnknown = errors.New("unknown account")

func newLedger() *ledger {
	return &ledger{accounts: make(map[string]*account)}
}

func (l *ledger) open(name string, balance int) {
	l.accounts[name] = &account{name: name, balance: balance}
}

func (l *ledger) transfer(from, to string, amount int) error {
	source, ok := l.accounts[from]
	if !ok {
		return fmt.Errorf("%s: %w", from, errUnknown)
	}
	target, ok := l.accounts[to]
	if !ok {
		return fmt.Errorf("%s: %w", to, errUnknown)
	}
	if source.balance < amount {
		return fmt.Errorf("%s has only %d", from, source.balance)
	}
	source.balance -= amount
	target.balance += amount
	source.history = append(source.history, "to "+to)
	target.history = append(target.history, "from "+from)
	return nil
}

func (l *ledger) report() string {
	var names []string
	for name := range l.accounts {
		names = append(names, name)
	}
	sort.Strings(names)
	lines := make([]string, 0, len(names))
	for _, name := range names {
		entry := l.accounts[name]
		lines = append(lines, fmt.Sprintf("%-6s %5d %s", entry.name, entry.balance, strings.Join(entry.history, ", ")))
	}
	return strings.Join(lines, "\n")
}

func main() {
	book := newLedger()
	book.open("anna", 100)
	book.open("bert", 20)
	if err := book.transfer("anna", "bert", 30); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	err := book.transfer("carl", "bert", 1)
	if errors.Is(err, errUnknown) {
		fmt.Println("as expected:", err)
	}
	fmt.Println(book.report())
}
