module rmq.example/e2e/mqmq-peer

go 1.21
