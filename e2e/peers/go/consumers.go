package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"

	"github.com/apache/rocketmq-client-go/v2"
	"github.com/apache/rocketmq-client-go/v2/consumer"
	"github.com/apache/rocketmq-client-go/v2/primitive"
)

// Larger bodies are reported by size and hash only.
const largestBody = 64 * 1024

type consumerCommand struct {
	Name              string `json:"name"`
	NameServer        string `json:"nameServer"`
	Group             string `json:"group"`
	Topic             string `json:"topic"`
	Expression        string `json:"expression"`
	From              string `json:"from"`
	Retries           int32  `json:"retries"`
	MaxReconsumeTimes *int32 `json:"maxReconsumeTimes"`
}

// consumers holds what the commands that consume have started, by name.
type consumers struct {
	lock  sync.Mutex
	named map[string]rocketmq.PushConsumer
	emit  func(event map[string]any)
}

func newConsumers(emit func(event map[string]any)) *consumers {
	return &consumers{named: map[string]rocketmq.PushConsumer{}, emit: emit}
}

func (c *consumers) addTo(verbs map[string]verb) {
	add := func(name string, run func(command consumerCommand) (any, error)) {
		verbs[name] = func(line []byte) (any, error) {
			var command consumerCommand
			if err := json.Unmarshal(line, &command); err != nil {
				return nil, err
			}
			return run(command)
		}
	}
	add("consumer.start", c.start)
	add("consumer.stop", c.stop)
}

func (c *consumers) start(command consumerCommand) (any, error) {
	from := consumer.ConsumeFromFirstOffset
	if command.From == "last" {
		from = consumer.ConsumeFromLastOffset
	}
	options := []consumer.Option{
		consumer.WithNameServer(primitive.NamesrvAddr{command.NameServer}),
		consumer.WithGroupName(command.Group),
		consumer.WithInstance(command.Name),
		consumer.WithConsumeFromWhere(from),
	}
	if command.MaxReconsumeTimes != nil {
		options = append(options, consumer.WithMaxReconsumeTimes(*command.MaxReconsumeTimes))
	}
	started, err := rocketmq.NewPushConsumer(options...)
	if err != nil {
		return nil, err
	}
	selector := consumer.MessageSelector{Type: consumer.TAG, Expression: command.Expression}
	if err := started.Subscribe(command.Topic, selector, c.handler(command)); err != nil {
		return nil, err
	}
	if err := started.Start(); err != nil {
		return nil, err
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	c.named[command.Name] = started
	return map[string]any{}, nil
}

type handle = func(context.Context, ...*primitive.MessageExt) (consumer.ConsumeResult, error)

func (c *consumers) handler(command consumerCommand) handle {
	return func(_ context.Context, messages ...*primitive.MessageExt) (consumer.ConsumeResult, error) {
		later := false
		for _, message := range messages {
			c.emit(map[string]any{"event": "message", "consumer": command.Name, "message": describe(message)})
			later = later || message.ReconsumeTimes < command.Retries
		}
		if later {
			return consumer.ConsumeRetryLater, nil
		}
		return consumer.ConsumeSuccess, nil
	}
}

func (c *consumers) stop(command consumerCommand) (any, error) {
	c.lock.Lock()
	found, ok := c.named[command.Name]
	delete(c.named, command.Name)
	c.lock.Unlock()
	if !ok {
		return nil, fmt.Errorf("no consumer %s", command.Name)
	}
	return map[string]any{}, found.Shutdown()
}

func describe(message *primitive.MessageExt) map[string]any {
	hash := sha256.Sum256(message.Body)
	result := map[string]any{
		"topic":           message.Topic,
		"brokerName":      message.Queue.BrokerName,
		"queueId":         message.Queue.QueueId,
		"queueOffset":     strconv.FormatInt(message.QueueOffset, 10),
		"messageId":       message.MsgId,
		"offsetMessageId": message.OffsetMsgId,
		"tags":            message.GetTags(),
		"keys":            message.GetKeys(),
		"properties":      message.GetProperties(),
		"flag":            message.Flag,
		"reconsumeTimes":  message.ReconsumeTimes,
		"bornTimestamp":   message.BornTimestamp,
		"storeTimestamp":  message.StoreTimestamp,
		"bodyBytes":       len(message.Body),
		"bodySha256":      hex.EncodeToString(hash[:]),
	}
	if len(message.Body) <= largestBody {
		result["body"] = message.Body // encoding/json writes bytes as base64
	}
	return result
}
