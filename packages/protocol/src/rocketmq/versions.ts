/** Versions that change what the other side does (`MQVersion.java`: the ordinal goes into every header). */
export const versions = {
  /** From here on brokers forward running-info and direct-consumption requests to the client. */
  v3_1_8_snapshot: 62,
  /** `maxReconsumeTimes` of a request is honoured. */
  v3_4_9: 121,
  /** Brokers filter by SQL92. */
  v4_1_0_snapshot: 232,
  /** Routes come as strict JSON. */
  v4_9_4: 401,
  v4_9_7: 407,
  v5_0_0: 413,
  /** Above it, a server that shuts down may answer GO_AWAY. */
  v5_3_1: 475,
  v5_3_3: 479,
  v5_5_0: 513,
} as const;
