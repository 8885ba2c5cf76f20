// A producer and a consumer around the client library of the Go original of mqmq, one run each:
//
//	mqmq-go-peer produce ADDRESS QUEUE COUNT   puts "message 0" and so on
//	mqmq-go-peer consume ADDRESS QUEUE COUNT   gets so many and prints one a line
//	mqmq-go-peer refused ADDRESS QUEUE         prints what each thing that cannot be says
package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/disintegration/mqmq"
)

func main() {
	if len(os.Args) < 4 {
		fail(errors.New("too few arguments"))
	}
	client := mqmq.NewClient()
	fail(client.Connect(os.Args[2]))
	queue := os.Args[3]
	switch os.Args[1] {
	case "produce":
		produce(client, queue, count())
	case "consume":
		consume(client, queue, count())
	case "refused":
		refused(client, queue)
	default:
		fail(errors.New("unknown command"))
	}
	fail(client.Disconnect())
}

func produce(client *mqmq.Client, queue string, n int) {
	for i := 0; i < n; i++ {
		fail(client.Put(queue, []byte("message "+strconv.Itoa(i))))
	}
}

func consume(client *mqmq.Client, queue string, n int) {
	for received := 0; received < n; {
		message, err := client.Get(queue, 10*time.Second)
		if err == mqmq.ErrTimeout {
			continue
		}
		fail(err)
		fmt.Println(string(message))
		received++
	}
}

func refused(client *mqmq.Client, queue string) {
	_, err := client.Get(queue, time.Millisecond)
	fmt.Println(err)
	_, err = client.Get(queue, 2*time.Hour)
	fmt.Println(err)
	fmt.Println(client.Put(strings.Repeat("n", mqmq.MaxQueueNameLen+1), nil))
	fmt.Println(client.Put(queue, make([]byte, 33_555_456)))
}

func count() int {
	if len(os.Args) < 5 {
		fail(errors.New("too few arguments"))
	}
	n, err := strconv.Atoi(os.Args[4])
	fail(err)
	return n
}

func fail(err error) {
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
