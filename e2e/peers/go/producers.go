package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/apache/rocketmq-client-go/v2"
	"github.com/apache/rocketmq-client-go/v2/primitive"
	"github.com/apache/rocketmq-client-go/v2/producer"
)

type outgoing struct {
	Topic      string            `json:"topic"`
	Body       []byte            `json:"body"`
	Tags       string            `json:"tags"`
	Keys       []string          `json:"keys"`
	Properties map[string]string `json:"properties"`
	DelayLevel int               `json:"delayLevel"`
	Flag       int32             `json:"flag"`
}

type producerCommand struct {
	Name              string     `json:"name"`
	NameServer        string     `json:"nameServer"`
	Group             string     `json:"group"`
	CompressOverBytes *int       `json:"compressOverBytes"`
	TimeoutMs         int        `json:"timeoutMs"`
	Message           outgoing   `json:"message"`
	Messages          []outgoing `json:"messages"`
	Oneway            bool       `json:"oneway"`
}

// producers holds what the commands that send have started, by name.
type producers struct {
	lock  sync.Mutex
	named map[string]rocketmq.Producer
}

func newProducers() *producers {
	return &producers{named: map[string]rocketmq.Producer{}}
}

func (p *producers) addTo(verbs map[string]verb) {
	add := func(name string, run func(command producerCommand) (any, error)) {
		verbs[name] = func(line []byte) (any, error) {
			var command producerCommand
			if err := json.Unmarshal(line, &command); err != nil {
				return nil, err
			}
			return run(command)
		}
	}
	add("producer.start", p.start)
	add("producer.send", p.send)
	add("producer.sendBatch", p.sendBatch)
	add("producer.stop", p.stop)
}

func (p *producers) start(command producerCommand) (any, error) {
	options := []producer.Option{
		producer.WithNameServer(primitive.NamesrvAddr{command.NameServer}),
		producer.WithGroupName(command.Group),
		// Each producer is a client of its own, with connections of its own.
		producer.WithInstanceName(command.Name),
	}
	if command.CompressOverBytes != nil {
		options = append(options, producer.WithCompressMsgBodyOverHowmuch(*command.CompressOverBytes))
	}
	if command.TimeoutMs > 0 {
		options = append(options, producer.WithSendMsgTimeout(time.Duration(command.TimeoutMs)*time.Millisecond))
	}
	started, err := rocketmq.NewProducer(options...)
	if err != nil {
		return nil, err
	}
	if err := started.Start(); err != nil {
		return nil, err
	}
	p.lock.Lock()
	defer p.lock.Unlock()
	p.named[command.Name] = started
	return map[string]any{}, nil
}

func (p *producers) send(command producerCommand) (any, error) {
	found, err := p.find(command.Name)
	if err != nil {
		return nil, err
	}
	message := toMessage(command.Message)
	if command.Oneway {
		return map[string]any{}, found.SendOneWay(context.Background(), message)
	}
	return sendResult(found.SendSync(context.Background(), message))
}

func (p *producers) sendBatch(command producerCommand) (any, error) {
	found, err := p.find(command.Name)
	if err != nil {
		return nil, err
	}
	messages := make([]*primitive.Message, len(command.Messages))
	for i, message := range command.Messages {
		messages[i] = toMessage(message)
	}
	return sendResult(found.SendSync(context.Background(), messages...))
}

func (p *producers) stop(command producerCommand) (any, error) {
	found, err := p.find(command.Name)
	if err != nil {
		return nil, err
	}
	p.lock.Lock()
	delete(p.named, command.Name)
	p.lock.Unlock()
	return map[string]any{}, found.Shutdown()
}

func (p *producers) find(name string) (rocketmq.Producer, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	found, ok := p.named[name]
	if !ok {
		return nil, fmt.Errorf("no producer %s", name)
	}
	return found, nil
}

func toMessage(from outgoing) *primitive.Message {
	message := primitive.NewMessage(from.Topic, from.Body)
	message.Flag = from.Flag
	// WithProperties replaces all properties, so it comes before tags and keys, which are properties as well.
	if len(from.Properties) > 0 {
		message.WithProperties(from.Properties)
	}
	if from.Tags != "" {
		message.WithTag(from.Tags)
	}
	if len(from.Keys) > 0 {
		message.WithKeys(from.Keys)
	}
	if from.DelayLevel > 0 {
		message.WithDelayTimeLevel(from.DelayLevel)
	}
	return message
}

// statusNames spells the status as the Java client does, so that one test reads both.
var statusNames = map[primitive.SendStatus]string{
	primitive.SendOK:                "SEND_OK",
	primitive.SendFlushDiskTimeout:  "FLUSH_DISK_TIMEOUT",
	primitive.SendFlushSlaveTimeout: "FLUSH_SLAVE_TIMEOUT",
	primitive.SendSlaveNotAvailable: "SLAVE_NOT_AVAILABLE",
}

func sendResult(from *primitive.SendResult, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	status, known := statusNames[from.Status]
	if !known {
		return nil, fmt.Errorf("send ended with status %d", from.Status)
	}
	return map[string]any{
		"status":          status,
		"messageId":       from.MsgID,
		"offsetMessageId": from.OffsetMsgID,
		"brokerName":      from.MessageQueue.BrokerName,
		"queueId":         from.MessageQueue.QueueId,
		"queueOffset":     strconv.FormatInt(from.QueueOffset, 10),
	}, nil
}
