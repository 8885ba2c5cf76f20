// The official Go client, driven by the tests through stdin and stdout. See ../PROTOCOL.md.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"

	"github.com/apache/rocketmq-client-go/v2/rlog"
)

// A verb runs one command, given the whole line, and returns its result.
type verb func(command []byte) (any, error)

type peer struct {
	verbs  map[string]verb
	output sync.Mutex
}

func main() {
	rlog.SetLogLevel("error")
	p := &peer{verbs: map[string]verb{
		"hello":             hello,
		"benchmark.send":    benchmarkSend,
		"benchmark.consume": benchmarkConsume,
	}}
	newProducers().addTo(p.verbs)
	newConsumers(p.write).addTo(p.verbs)
	p.serve()
}

// serve reads commands until stdin ends. Each runs on its own: a send may wait while the next command stops a consumer.
func (p *peer) serve() {
	// Not a Scanner: a line with a 4 MiB body is longer than any limit one would set there.
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		go p.answer(line)
	}
}

func (p *peer) answer(line []byte) {
	var command struct {
		ID int    `json:"id"`
		Do string `json:"do"`
	}
	result, err := any(nil), json.Unmarshal(line, &command)
	if err == nil {
		result, err = p.run(command.Do, line)
	}
	if err != nil {
		p.write(map[string]any{"id": command.ID, "error": err.Error()})
		return
	}
	p.write(map[string]any{"id": command.ID, "result": result})
}

// run turns a panic of the client into an error of this one command.
func (p *peer) run(do string, line []byte) (result any, err error) {
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("panic: %v\n%s", caught, debug.Stack())
		}
	}()
	run, known := p.verbs[do]
	if !known {
		return nil, fmt.Errorf("unknown command %s", do)
	}
	return run(line)
}

func (p *peer) write(line map[string]any) {
	bytes, err := json.Marshal(line)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	p.output.Lock()
	defer p.output.Unlock()
	if _, err := os.Stdout.Write(append(bytes, '\n')); err != nil {
		os.Exit(1)
	}
}

func hello([]byte) (any, error) {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/apache/rocketmq-client-go/v2" {
				version = module.Version
			}
		}
	}
	return map[string]any{"client": "go " + version}, nil
}
