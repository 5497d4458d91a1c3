package io.apexproxy.runtime.cli.client;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The status document as text. Each member of the document is optional. */
public final class StatusText {

    private static final String RATES = "rates";
    private static final double MILLIS_PER_SECOND = 1_000;
    private static final Optional<Double> NONE = Optional.of(0.0);

    /** The keys by which backends can be sorted: in the order of the configuration, or largest first. */
    private static final Map<String, Comparator<Node>> ORDERS = orders();

    private final Node status;

    /** Creates the text of a parsed document. */
    StatusText(Node status) {
        this.status = status;
    }

    private static Map<String, Comparator<Node>> orders() {
        Map<String, Comparator<Node>> orders = new LinkedHashMap<>();
        orders.put("config", Comparator.comparing(backend -> 0));
        orders.put("name", Comparator.comparing(backend -> backend.text("name").orElse("")));
        orders.put("state", Comparator.comparing(backend -> backend.text("state").orElse("")));
        orders.put("connections", largest(backend -> backend.number("connections")));
        orders.put("errors", largest(backend -> backend.number("connect_errors")));
        orders.put("rate", largest(backend -> backend.node(RATES).number("connections")));
        orders.put("bytes", largest(StatusText::bytes));
        orders.put("since", Comparator.comparing((Node backend) -> backend.text("since").orElse("")).reversed());
        return orders;
    }

    private static Optional<Double> bytes(Node backend) {
        Node rates = backend.node(RATES);
        return rates.number("received").isPresent() || rates.number("sent").isPresent()
                ? Optional.of(rates.number("received").orElse(0.0) + rates.number("sent").orElse(0.0))
                : Optional.of(backend.number("bytes_to_backend").orElse(0.0)
                        + backend.number("bytes_to_client").orElse(0.0));
    }

    private static Comparator<Node> largest(Function<Node, Optional<Double>> key) {
        return Comparator.comparingDouble((Node node) -> key.apply(node).orElse(0.0)).reversed();
    }

    /** Returns the names of the orders; the first one is the default. */
    public static List<String> orderNames() {
        return List.copyOf(ORDERS.keySet());
    }

    /** Returns whether each pool has a backend that takes connections. */
    boolean isServing() {
        return status.nodes("pools").stream()
                .allMatch(pool -> pool.number("backends_up").filter(up -> up == 0).isEmpty());
    }

    /** Returns the lines, with the backends in an order of {@link #orderNames}. */
    List<String> lines(String order) {
        List<String> lines = new ArrayList<>();
        lines.add(head());
        lines.add(reload());
        status.node("reload").text("error")
                .ifPresent(error -> error.lines().forEach(mistake -> lines.add("  " + mistake)));
        for (Node problem : status.nodes("problems")) {
            lines.add("problem: " + problem.text("subject").map(subject -> subject + ": ").orElse("")
                    + problem.text("text").orElse(""));
        }
        addCounts(lines, "ended connections", status.node("session_endings"));
        addTable(lines, listeners().lines(status.nodes("listeners")));
        addTable(lines, pools().lines(status.nodes("pools")));
        addTable(lines, backends().lines(backendRows(order)));
        addTable(lines, removed().lines(status.nodes("removed_backends")));
        return lines;
    }

    private String head() {
        List<String> parts = new ArrayList<>();
        parts.add("apex " + status.text("version").orElse("of unknown version"));
        String phase = status.text("phase").orElse("in an unknown phase");
        parts.add(phase + status.text("reason").map(reason -> " (" + withoutStart(phase + ": ", reason) + ")")
                .orElse(""));
        status.text("health").filter(health -> !status.text("phase").equals(Optional.of(health)))
                .ifPresent(parts::add);
        status.number("uptime_seconds").ifPresent(up -> parts.add("up " + Amount.time(up * MILLIS_PER_SECOND)));
        status.number("connections").ifPresent(count -> parts.add(Amount.number(count) + " connections"));
        status.number("connections_waiting").filter(count -> count > 0)
                .ifPresent(count -> parts.add(Amount.number(count) + " waiting"));
        return String.join(", ", parts);
    }

    private static String withoutStart(String start, String text) {
        return text.startsWith(start) ? text.substring(start.length()) : text;
    }

    private String reload() {
        Node reload = status.node("reload");
        if (reload.number("succeeded").equals(NONE) && reload.number("failed").equals(NONE)) {
            return "last reload: none since the start";
        }
        if (reload.text("last").isEmpty()) {
            return "last reload: unknown";
        }
        return "last reload: " + instant(reload.text("last")) + ", "
                + (reload.text("error").isPresent() ? "rejected, the previous configuration is in force" : "successful")
                + reload.number("succeeded").map(count -> "; " + Amount.number(count) + " successful").orElse("")
                + reload.number("failed").map(count -> ", " + Amount.number(count) + " rejected").orElse("");
    }

    /** Returns a time in ISO 8601 without the fraction of the second. */
    private static String instant(Optional<String> text) {
        return text.map(time -> time.replaceFirst("\\.\\d+Z$", "Z")).orElse("");
    }

    private static void addCounts(List<String> lines, String title, Node counts) {
        String text = counts(counts);
        if (!text.isEmpty()) {
            lines.add(title + ": " + text);
        }
    }

    private static String counts(Node counts) {
        return counts.members().keySet().stream()
                .filter(cause -> counts.number(cause).filter(count -> count > 0).isPresent())
                .map(cause -> cause + " " + Amount.number(counts.number(cause).orElse(0.0)))
                .collect(Collectors.joining(", "));
    }

    private static void addTable(List<String> lines, List<String> table) {
        if (!table.isEmpty()) {
            lines.add("");
            lines.addAll(table);
        }
    }

    private static Table listeners() {
        return withRates(new Table()
                .text("LISTENER", node -> node.text("name").orElse(""))
                .text("ADDRESSES", node -> String.join(" ", node.texts("addresses")))
                .text("POOLS", node -> String.join(" ", node.texts("pools")))
                .number("CONNECTIONS", count("connections"))
                .number("WAITING", positive("waiting"))
                .number("ACCEPTED", count("accepted")))
                .text("CAUSES", node -> counts(node.node("causes")))
                .text("REFUSED", node -> counts(node.node("refused")));
    }

    private static Table pools() {
        return withRates(new Table()
                .text("POOL", node -> node.text("name").orElse(""))
                .text("BACKENDS UP", node -> Amount.number(node.number("backends_up").orElse(0.0)) + " of "
                        + node.nodes("backends").size())
                .number("QUEUE", count("queue"))
                .text("SOURCE", node -> node.node("source").text("provider").orElse("")))
                .text("CAUSES", node -> counts(node.node("causes")));
    }

    private static Table backends() {
        return withRates(new Table()
                .text("BACKEND", node -> node.text("pool").map(pool -> pool + "/").orElse("")
                        + node.text("name").orElse(""))
                .text("ADDRESS", node -> node.text("address").filter(address -> !node.text("name")
                        .equals(Optional.of(address))).orElse(""))
                .text("STATE", StatusText::state)
                .text("SINCE", node -> instant(node.text("last_change").or(() -> node.text("since"))))
                .number("WEIGHT", count("weight"))
                .number("CONNECTIONS", count("connections"))
                .number("CONNECTED", count("connected"))
                .number("ERRORS", count("connect_errors")))
                .number("P50", millis("p50"))
                .number("P99", millis("p99"))
                .text("REASON", node -> node.text("reason").orElse(""));
    }

    private static Table removed() {
        return new Table()
                .text("REMOVED BACKEND", node -> node.text("pool").orElse("") + "/" + node.text("name").orElse(""))
                .text("ADDRESS", node -> node.text("address").orElse(""))
                .number("CONNECTIONS", count("connections"));
    }

    private List<Node> backendRows(String order) {
        List<Node> rows = new ArrayList<>();
        for (Node pool : status.nodes("pools")) {
            for (Node backend : pool.nodes("backends")) {
                Map<String, Object> members = new LinkedHashMap<>(backend.members());
                members.put("pool", pool.text("name").orElse(""));
                rows.add(new Node(members));
            }
        }
        rows.sort(ORDERS.get(order));
        return rows;
    }

    private static String state(Node backend) {
        return backend.text("state").orElse("") + (backend.isTrue("backup") ? ", backup" : "")
                + backend.number("slow_start").filter(left -> left > 0)
                        .map(left -> ", slow start " + Amount.time(left * MILLIS_PER_SECOND))
                        .orElse("");
    }

    private static Table withRates(Table table) {
        return table
                .number("CONN/S", node -> node.node(RATES).number("connections").map(Amount::number).orElse(""))
                .number("IN/S", node -> node.node(RATES).number("received").map(Amount::bytes).orElse(""))
                .number("OUT/S", node -> node.node(RATES).number("sent").map(Amount::bytes).orElse(""))
                .number("FAILED/S", node -> node.node(RATES).number("failed").map(Amount::number).orElse(""));
    }

    private static Function<Node, String> count(String name) {
        return node -> node.number(name).map(Amount::number).orElse("");
    }

    private static Function<Node, String> positive(String name) {
        return node -> node.number(name).filter(value -> value > 0).map(Amount::number).orElse("");
    }

    private static Function<Node, String> millis(String name) {
        return node -> node.node("connect_ms").number(name).map(value -> Amount.number(value) + "ms").orElse("");
    }
}
