package io.apexproxy.runtime.config;

/** The format of the access log, which has one line for each connection that has ended. */
public enum AccessLogFormat {
    /** Text for people: {@code client-closed client="127.0.0.1:40112" …}. */
    TEXT,
    /** One JSON object per line. */
    JSON,
    /** No access log. */
    OFF
}
