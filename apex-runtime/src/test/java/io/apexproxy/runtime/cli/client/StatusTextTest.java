package io.apexproxy.runtime.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class StatusTextTest {

    private static final String STATUS = """
            {"version": "0.2.0", "phase": "serving", "reason": "", "health": "degraded", "uptime_seconds": 7260,
             "connections": 3, "connections_waiting": 0,
             "problems": [{"kind": "backend-down", "subject": "web/b", "text": "down: refused"}],
             "reload": {"succeeded": 2, "failed": 1, "last": "2026-01-01T00:00:00Z",
                        "error": "config.toml:1:1: one\\nconfig.toml:2:1: two"},
             "session_endings": {"client-closed": 7, "denied": 0, "connect-failed": 2},
             "listeners": [{"name": "web", "addresses": ["127.0.0.1:80", "[::1]:80"], "pools": ["web"],
                            "connections": 3, "waiting": 0, "accepted": 12,
                            "rates": {"connections": 1.5, "received": 2048, "sent": 10, "failed": 0}}],
             "pools": [{"name": "web", "backends_up": 1, "queue": 4, "causes": {"queue-full": 1},
                        "backends": [
                {"name": "a", "address": "127.0.0.1:90", "state": "up", "since": "2026-01-01T00:00:00Z", "weight": 1,
                 "connections": 1, "connected": 9, "connect_errors": 0, "connect_ms": {"p50": 0.5, "p99": 5.0}},
                {"name": "b", "address": "127.0.0.1:91", "state": "down", "since": "2026-01-02T00:00:00.123456Z",
                 "weight": 10, "connections": 2, "connected": 3, "connect_errors": 8, "reason": "refused",
                 "backup": true, "slow_start": 2.5}]}]}
            """;

    @Test
    void reasonDoesNotRepeatThePhase() throws IOException {
        String draining = STATUS.replace("\"serving\", \"reason\": \"\"",
                "\"draining\", \"reason\": \"draining: 3 connections left, closed in 25s\"");

        assertThat(new StatusText(Node.parse(draining)).lines("config").get(0)).isEqualTo(
                "apex 0.2.0, draining (3 connections left, closed in 25s), degraded, up 2h 1m, 3 connections");
    }

    @Test
    void documentBecomesTables() throws IOException {
        assertThat(String.join("\n", new StatusText(Node.parse(STATUS)).lines("config"))).isEqualTo("""
                apex 0.2.0, serving, degraded, up 2h 1m, 3 connections
                last reload: 2026-01-01T00:00:00Z, rejected, the previous configuration is in force; 2 successful, \
                1 rejected
                  config.toml:1:1: one
                  config.toml:2:1: two
                problem: web/b: down: refused
                ended connections: client-closed 7, connect-failed 2

                LISTENER  ADDRESSES              POOLS  CONNECTIONS  ACCEPTED  CONN/S     IN/S  OUT/S  FAILED/S
                web       127.0.0.1:80 [::1]:80  web              3        12     1.5  2.0 KiB   10 B         0

                POOL  BACKENDS UP  QUEUE  CAUSES
                web   1 of 2           4  queue-full 1

                BACKEND  ADDRESS       STATE                          SINCE                 WEIGHT  CONNECTIONS  \
                CONNECTED  ERRORS    P50  P99  REASON
                web/a    127.0.0.1:90  up                             2026-01-01T00:00:00Z       1            1  \
                        9       0  0.5ms  5ms  -
                web/b    127.0.0.1:91  down, backup, slow start 2.5s  2026-01-02T00:00:00Z      10            2  \
                        3       8      -    -  refused""");
    }

    @Test
    void backendsAreSorted() throws IOException {
        StatusText text = new StatusText(Node.parse(STATUS));

        assertThat(StatusText.orderNames()).startsWith("config").allSatisfy(
                order -> assertThat(text.lines(order)).filteredOn(line -> line.startsWith("web/")).hasSize(2));
        assertThat(text.lines("errors")).containsSubsequence(
                text.lines("config").stream().filter(line -> line.startsWith("web/b")).findFirst().orElseThrow(),
                text.lines("config").stream().filter(line -> line.startsWith("web/a")).findFirst().orElseThrow());
    }

    @Test
    void poolWithoutABackendThatTakesConnectionsDoesNotServe() throws IOException {
        assertThat(new StatusText(Node.parse(STATUS)).isServing()).isTrue();
        assertThat(new StatusText(Node.parse(STATUS.replace("\"backends_up\": 1", "\"backends_up\": 0"))).isServing())
                .isFalse();
    }

    @Test
    void emptyDocumentHasNoTables() {
        assertThat(new StatusText(Node.EMPTY).lines("config")).containsExactly(
                "apex of unknown version, in an unknown phase", "last reload: unknown");
    }
}
