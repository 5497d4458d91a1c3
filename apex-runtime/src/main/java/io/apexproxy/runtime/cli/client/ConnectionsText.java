package io.apexproxy.runtime.cli.client;

import java.util.ArrayList;
import java.util.List;

/** A list of open connections as text. */
final class ConnectionsText {

    private static final Table TABLE = new Table()
            .text("CONNECTION", node -> node.text("id").orElse(""))
            .text("LISTENER", node -> node.text("listener").orElse(""))
            .text("CLIENT", node -> node.text("client").orElse(""))
            .text("POOL", node -> node.text("pool").orElse(""))
            .text("BACKEND", node -> node.text("backend").orElse(""))
            .text("STATE", node -> node.text("state").orElse(""))
            .number("AGE", node -> node.number("age_ms").map(Amount::time).orElse(""))
            .number("IDLE", node -> node.number("idle_ms").map(Amount::time).orElse(""))
            .number("FROM CLIENT", node -> node.number("from_client").map(Amount::bytes).orElse(""))
            .number("FROM BACKEND", node -> node.number("from_backend").map(Amount::bytes).orElse(""))
            .number("RATE", node -> node.number("bytes_per_second").map(rate -> Amount.bytes(rate) + "/s").orElse(""));

    private ConnectionsText() {
    }

    static List<String> lines(Node answer) {
        List<Node> connections = answer.nodes("connections");
        List<String> lines = new ArrayList<>();
        String total = answer.number("total").map(Amount::number).orElse("?");
        lines.add(total + (total.equals("1") ? " connection" : " connections")
                + (answer.number("total").filter(count -> count > connections.size()).isPresent()
                        ? ", the first " + connections.size() : ""));
        answer.number("blocked_loops").filter(count -> count > 0).ifPresent(count -> lines.add(
                "incomplete: " + Amount.number(count) + " event loops did not answer in time; the log has the reason"));
        lines.addAll(TABLE.lines(connections));
        return lines;
    }
}
