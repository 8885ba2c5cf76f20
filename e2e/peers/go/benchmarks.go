package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/apache/rocketmq-client-go/v2"
	"github.com/apache/rocketmq-client-go/v2/consumer"
	"github.com/apache/rocketmq-client-go/v2/primitive"
	"github.com/apache/rocketmq-client-go/v2/producer"
)

const benchmarkTimeout = 5 * time.Minute

type benchmarkCommand struct {
	NameServer string `json:"nameServer"`
	Topic      string `json:"topic"`
	Group      string `json:"group"`
	Messages   int64  `json:"messages"`
	WarmUp     int64  `json:"warmUp"`
	BodyBytes  int    `json:"bodyBytes"`
	InFlight   int    `json:"inFlight"`
}

// measurement counts messages and takes the time between the end of the warm-up and the last message.
type measurement struct {
	warmUp, total    int64
	done, failed     atomic.Int64
	lock             sync.Mutex
	wallStart        time.Time
	wall             time.Duration
	cpuStart, cpuEnd time.Duration
	finished         chan struct{}
}

func newMeasurement(command benchmarkCommand) *measurement {
	m := &measurement{warmUp: command.WarmUp, total: command.WarmUp + command.Messages, finished: make(chan struct{})}
	if m.warmUp == 0 {
		m.begin()
	}
	return m
}

func (m *measurement) begin() {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.wallStart, m.cpuStart = time.Now(), cpuTime()
}

func (m *measurement) add(count int64) {
	now := m.done.Add(count)
	before := now - count
	if before < m.warmUp && now >= m.warmUp {
		m.begin()
	}
	if before < m.total && now >= m.total {
		m.lock.Lock()
		m.wall, m.cpuEnd = time.Since(m.wallStart), cpuTime()
		m.lock.Unlock()
		close(m.finished)
	}
}

func (m *measurement) fail() {
	m.failed.Add(1)
	m.add(1)
}

func (m *measurement) result() (any, error) {
	select {
	case <-m.finished:
	case <-time.After(benchmarkTimeout):
		return nil, fmt.Errorf("only %d of %d messages in %s", m.done.Load(), m.total, benchmarkTimeout)
	}
	m.lock.Lock()
	defer m.lock.Unlock()
	return map[string]any{
		"messages":   m.total - m.warmUp,
		"seconds":    m.wall.Seconds(),
		"cpuSeconds": (m.cpuEnd - m.cpuStart).Seconds(),
		"failed":     m.failed.Load(),
	}, nil
}

// cpuTime is the user and system time of this process.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func benchmarkSend(line []byte) (any, error) {
	var command benchmarkCommand
	if err := json.Unmarshal(line, &command); err != nil {
		return nil, err
	}
	sender, err := rocketmq.NewProducer(
		producer.WithNameServer(primitive.NamesrvAddr{command.NameServer}),
		producer.WithGroupName(command.Group),
		producer.WithInstanceName(fmt.Sprintf("benchmark-send-%d", time.Now().UnixNano())),
	)
	if err != nil {
		return nil, err
	}
	if err := sender.Start(); err != nil {
		return nil, err
	}
	defer sender.Shutdown()
	m := newMeasurement(command)
	if err := sendAll(sender, command, m); err != nil {
		return nil, err
	}
	return m.result()
}

func sendAll(sender rocketmq.Producer, command benchmarkCommand, m *measurement) error {
	body := bytes.Repeat([]byte("x"), command.BodyBytes)
	inFlight := make(chan struct{}, command.InFlight)
	callback := func(_ context.Context, result *primitive.SendResult, err error) {
		if err == nil && result.Status == primitive.SendOK {
			m.add(1)
		} else {
			m.fail()
		}
		<-inFlight
	}
	for sent := int64(0); sent < m.total; sent++ {
		inFlight <- struct{}{}
		message := primitive.NewMessage(command.Topic, body)
		if err := sender.SendAsync(context.Background(), callback, message); err != nil {
			return err
		}
	}
	return nil
}

func benchmarkConsume(line []byte) (any, error) {
	var command benchmarkCommand
	if err := json.Unmarshal(line, &command); err != nil {
		return nil, err
	}
	receiver, err := rocketmq.NewPushConsumer(
		consumer.WithNameServer(primitive.NamesrvAddr{command.NameServer}),
		consumer.WithGroupName(command.Group),
		consumer.WithInstance(fmt.Sprintf("benchmark-consume-%d", time.Now().UnixNano())),
		consumer.WithConsumeFromWhere(consumer.ConsumeFromFirstOffset),
	)
	if err != nil {
		return nil, err
	}
	m := newMeasurement(command)
	count := func(_ context.Context, messages ...*primitive.MessageExt) (consumer.ConsumeResult, error) {
		m.add(int64(len(messages)))
		return consumer.ConsumeSuccess, nil
	}
	if err := receiver.Subscribe(command.Topic, consumer.MessageSelector{Type: consumer.TAG, Expression: "*"}, count); err != nil {
		return nil, err
	}
	if err := receiver.Start(); err != nil {
		return nil, err
	}
	defer receiver.Shutdown()
	return m.result()
}
