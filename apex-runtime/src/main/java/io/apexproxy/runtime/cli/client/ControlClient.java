package io.apexproxy.runtime.cli.client;

import io.apexproxy.runtime.control.ControlPath;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The requests to a running process, over its control socket. Each request has a time limit of 5 s, a reload 15 s.
 */
public final class ControlClient {

    private static final long TIMEOUT_MILLIS = 5_000;
    /** More than the time for which the process waits for the result of a reload. */
    private static final long RELOAD_TIMEOUT_MILLIS = 15_000;
    /** The time for which other reloads may be in progress. */
    private static final long BUSY_MILLIS = 10_000;
    private static final long RETRY_MILLIS = 50;
    private static final int OK = 200;
    private static final int CONFLICT = 409;

    private final EndpointSearch search;

    /**
     * Creates a client.
     *
     * @param control the path of {@code --control}
     * @param config the configuration file that exists
     * @param isExplicit whether {@code --config} names the file
     */
    public ControlClient(Optional<Path> control, Optional<Path> config, boolean isExplicit) {
        this.search = new EndpointSearch(control, config, isExplicit, ControlPath.Context.ofThisProcess(),
                ConfiguredEndpoints::read);
    }

    /**
     * The status of a process.
     *
     * @param json the document as received
     * @param lines the document as text
     * @param isServing whether each pool has a backend that takes connections
     */
    public record Status(String json, List<String> lines, boolean isServing) {
    }

    /**
     * Requests the status, from the admin endpoint if there is no control socket. Adds a line for each process that
     * drains after a takeover. Blocks up to 10 s.
     */
    public Status status(String order) throws ClientException {
        SocketAddress address = statusAddress();
        String json = send(address, "GET", "/status", TIMEOUT_MILLIS);
        StatusText text = new StatusText(parse(json));
        List<String> lines = new ArrayList<>(text.lines(order));
        if (address instanceof UnixDomainSocketAddress control) {
            lines.addAll(DrainingProcesses.lines(control.getPath()));
        }
        return new Status(json, lines, text.isServing());
    }

    private SocketAddress statusAddress() throws ClientException {
        try {
            return search.control();
        } catch (ClientException e) {
            Optional<SocketAddress> admin = search.admin();
            if (admin.isEmpty()) {
                throw e;
            }
            return admin.get();
        }
    }

    /** Requests the open connections as lines of text. Blocks up to 5 s. */
    public List<String> connections(Map<String, String> parameters) throws ClientException {
        return ConnectionsText.lines(parse(connectionsJson(parameters)));
    }

    /** Requests the open connections as JSON. Blocks up to 5 s. */
    public String connectionsJson(Map<String, String> parameters) throws ClientException {
        return send(search.control(), "GET", "/connections" + query(parameters), TIMEOUT_MILLIS);
    }

    /**
     * The result of a reload.
     *
     * @param isInForce whether the configuration of the file is in force
     * @param lines the result as text
     */
    public record Reload(boolean isInForce, List<String> lines) {
    }

    /** Reloads the configuration. Blocks up to 15 s. */
    public Reload reload() throws ClientException {
        return reload("/reload");
    }

    /** Applies the file of overrides, while no other reload is in progress. Blocks up to 25 s. */
    public Reload applyOverrides() throws ClientException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BUSY_MILLIS);
        while (true) {
            try {
                return reload("/overrides");
            } catch (ClientException e) {
                if (!e.isBusy() || System.nanoTime() > deadline) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            }
        }
    }

    /** Returns the names of all backends, as {@code POOL/BACKEND}. Blocks up to 5 s. */
    public List<String> backends() throws ClientException {
        List<String> names = new ArrayList<>();
        for (Node pool : parse(send(search.control(), "GET", "/status", TIMEOUT_MILLIS)).nodes("pools")) {
            pool.nodes("backends").forEach(backend -> names
                    .add(pool.text("name").orElse("") + "/" + backend.text("name").orElse("")));
        }
        return names;
    }

    /**
     * Returns the state of a backend as text; empty if there is no such backend. Waits up to 5 s for the first probe of
     * a backend that returns to service. Blocks up to 10 s.
     */
    public Optional<String> describe(String pool, String backend) throws ClientException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
        Optional<Node> found = find(pool, backend);
        while (found.flatMap(node -> node.text("state")).filter("unknown"::equals).isPresent()
                && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            found = find(pool, backend);
        }
        return found.map(node -> pool + "/" + backend + ": " + node.text("state").orElse("") + ", weight "
                + node.text("weight").orElse("") + ", " + node.text("connections").orElse("") + " open connections");
    }

    private Optional<Node> find(String pool, String backend) throws ClientException {
        return parse(send(search.control(), "GET", "/status", TIMEOUT_MILLIS)).nodes("pools").stream()
                .filter(each -> each.text("name").equals(Optional.of(pool)))
                .flatMap(each -> each.nodes("backends").stream())
                .filter(each -> each.text("name").equals(Optional.of(backend))).findFirst();
    }

    private Reload reload(String path) throws ClientException {
        Node result = parse(send(search.control(), "POST", path, RELOAD_TIMEOUT_MILLIS));
        return switch (result.text("result").orElse("")) {
            case "applied" -> new Reload(true,
                    List.of("configuration changed: " + result.text("changes").orElse("")));
            case "unchanged" -> new Reload(true, List.of("configuration read again: nothing changed"));
            default -> {
                List<String> lines = new ArrayList<>(result.texts("problems"));
                int more = result.number("problem_count").orElse(0.0).intValue() - lines.size();
                if (more > 0) {
                    lines.add("and " + more + " more");
                }
                lines.add("configuration not changed, the previous one stays in force");
                yield new Reload(false, lines);
            }
        };
    }

    /** Changes the level of a logger; returns the result as text. Blocks up to 5 s. */
    public String changeLevel(String logger, String level) throws ClientException {
        Node result = parse(send(search.control(), "POST",
                "/log" + query(Map.of("logger", logger, "level", level)), TIMEOUT_MILLIS));
        return result.text("logger").orElse(logger) + ": " + result.text("level").orElse(level)
                + " until the next start of Apex";
    }

    /** Closes a connection or the connections of a backend; returns the result as text. Blocks up to 5 s. */
    public String close(Map<String, String> parameters) throws ClientException {
        Node result = parse(send(search.control(), "POST", "/close" + query(parameters), TIMEOUT_MILLIS));
        String count = result.number("closed").map(Amount::number).orElse("?");
        return "closed " + count + (count.equals("1") ? " connection" : " connections")
                + result.number("blocked_loops").filter(blocked -> blocked > 0)
                        .map(blocked -> "; " + Amount.number(blocked) + " event loops did not answer in time and close"
                                + " theirs when they continue")
                        .orElse("");
    }

    private static String query(Map<String, String> parameters) {
        StringBuilder query = new StringBuilder();
        parameters.forEach((name, value) -> query.append(query.isEmpty() ? '?' : '&').append(name).append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return query.toString();
    }

    private static Node parse(String json) throws ClientException {
        try {
            return Node.parse(json);
        } catch (IOException e) {
            throw ClientException.notReached(e, "the answer cannot be read: " + e.getMessage());
        }
    }

    static String send(SocketAddress address, String method, String target, long timeoutMillis)
            throws ClientException {
        Exchange.Reply reply;
        try {
            reply = Exchange.run(address, method, target, user(), timeoutMillis);
        } catch (IOException | RuntimeException e) { // the latter: the host of the admin endpoint does not resolve
            throw ClientException.notReached(e, address + ": Apex does not answer: "
                    + (e.getMessage() == null ? e.toString() : e.getMessage()));
        }
        if (reply.status() == CONFLICT) {
            throw ClientException.busy(reply.body().strip());
        }
        if (reply.status() != OK) {
            throw ClientException.refused(reply.body().strip());
        }
        return reply.body();
    }

    /** Returns the name of the user for the log of the process; with sudo also that of the user who runs it. */
    private static String user() {
        String user = System.getProperty("user.name");
        String sudo = System.getenv("SUDO_USER");
        return sudo == null || sudo.isEmpty() || sudo.equals(user) ? user : user + " (" + sudo + ")";
    }
}
