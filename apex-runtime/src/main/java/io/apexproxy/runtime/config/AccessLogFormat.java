package io.apexproxy.runtime.config;

/** How the line is written that each connection leaves at its end. */
public enum AccessLogFormat {
    /** For people: {@code client-closed client="127.0.0.1:40112" …}. */
    TEXT,
    /** For machines: one JSON object a line. */
    JSON,
    /** Not at all. */
    OFF
}
