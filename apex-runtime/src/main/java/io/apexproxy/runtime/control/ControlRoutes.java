package io.apexproxy.runtime.control;

import io.apexproxy.runtime.admin.StatusJson;
import io.apexproxy.runtime.admin.http.HttpHandler;
import io.apexproxy.runtime.admin.http.HttpRequest;
import io.apexproxy.runtime.admin.http.Response;
import io.apexproxy.runtime.config.address.Network;
import io.apexproxy.runtime.config.address.NetworkSet;
import io.apexproxy.runtime.config.address.NetworkText;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.relay.LiveSessions;
import io.apexproxy.runtime.relay.SessionFilter;
import io.apexproxy.runtime.relay.SessionId;
import io.apexproxy.runtime.relay.SessionOrder;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.takeover.TakeoverException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The requests of the control socket. Thread-safe. */
final class ControlRoutes implements HttpHandler {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    private static final String GET = "GET";
    private static final String POST = "POST";
    /** The method of each path. */
    private static final Map<String, String> METHODS = methods();
    private static final int DEFAULT_CONNECTIONS = 20;
    private static final int MAX_CONNECTIONS = 1000;

    private final ControlActions actions;
    private final ReloadRequest reload;
    private final ReloadRequest overrides;
    private final LogLevels levels = new LogLevels();

    ControlRoutes(ControlActions actions) {
        this.actions = actions;
        this.reload = new ReloadRequest(actions.reload());
        this.overrides = new ReloadRequest(actions.overrides());
    }

    private static Map<String, String> methods() {
        Map<String, String> methods = new LinkedHashMap<>();
        methods.put("/status", GET);
        methods.put("/connections", GET);
        methods.put("/reload", POST);
        methods.put("/overrides", POST);
        methods.put("/log", POST);
        methods.put("/close", POST);
        methods.put("/process", GET);
        methods.put("/takeover", POST);
        methods.put("/retire", POST);
        return methods;
    }

    @Override
    public Optional<Response> immediateResponse(HttpRequest request) {
        String method = METHODS.get(request.path());
        if (method == null) {
            return Optional.of(Response.text(Response.NOT_FOUND,
                    "not found; available: " + String.join(" ", METHODS.keySet())));
        }
        return method.equals(request.method()) ? Optional.empty()
                : Optional.of(Response.text(Response.METHOD_NOT_ALLOWED, request.path() + ": only " + method
                        + " is allowed").with("Allow", method));
    }

    @Override
    public Response render(HttpRequest request) {
        try {
            return switch (request.path()) {
                case "/status" -> StatusJson.response(actions.snapshots().get());
                case "/connections" -> connections(request);
                case "/reload" -> reload(request, reload, "a reload");
                case "/overrides" -> reload(request, overrides, "to apply the overrides");
                case "/log" -> changeLevel(request);
                case "/process" -> ControlJson.process(actions.configFile());
                case "/takeover" -> ControlJson.handover(actions.succession().announce(successor(request)));
                case "/retire" -> retire(request);
                default -> close(request);
            };
        } catch (BadQueryException e) {
            return Response.text(Response.BAD_REQUEST, e.getMessage());
        } catch (TakeoverException e) {
            return Response.text(Response.CONFLICT, e.getMessage());
        } catch (InterruptedException e) { // the socket closes
            Thread.currentThread().interrupt();
            return Response.text(Response.UNAVAILABLE, "Apex stops");
        } catch (RuntimeException | LinkageError | OutOfMemoryError e) { // the last one: no thread can be created
            LOG.error("control socket: {} {} failed", request.method(), request.path(), e);
            return Response.text(Response.INTERNAL_ERROR, "the request failed; the log has the details");
        }
    }

    private static Response reload(HttpRequest request, ReloadRequest reload, String what)
            throws BadQueryException, InterruptedException {
        Query.parse(request.query(), List.of());
        LOG.info("control socket: {} requests {}", user(request), what);
        return reload.run();
    }

    private Response retire(HttpRequest request) throws BadQueryException {
        actions.succession().retire(successor(request));
        return Response.text(Response.OK, "retired");
    }

    /** Returns the process number of the successor. */
    private static long successor(HttpRequest request) throws BadQueryException {
        Query query = Query.parse(request.query(), List.of("pid"));
        query.required("pid");
        return query.number("pid", 0, Integer.MAX_VALUE);
    }

    private Response changeLevel(HttpRequest request) throws BadQueryException {
        Query query = Query.parse(request.query(), List.of("logger", "level"));
        String logger = query.required("logger");
        String level = levels.change(logger, query.required("level"));
        LOG.info("control socket: {} changes the level of logger {} to {} until the next start", user(request), logger,
                level);
        return ControlJson.level(logger, level);
    }

    private Response connections(HttpRequest request) throws BadQueryException, InterruptedException {
        Query query = Query.parse(request.query(), List.of("sort", "limit", "listener", "pool", "backend", "client"));
        int limit = query.number("limit", DEFAULT_CONNECTIONS, MAX_CONNECTIONS);
        return ControlJson.connections(actions.sessions().list(filter(query), order(query), limit));
    }

    private static SessionOrder order(Query query) throws BadQueryException {
        String word = query.value("sort").orElse("age");
        Optional<SessionOrder> order = Arrays.stream(SessionOrder.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(word)).findFirst();
        if (order.isEmpty()) {
            throw new BadQueryException("sort: expected age, bytes or rate, found '" + CleanText.piece(word) + "'");
        }
        return order.get();
    }

    private static SessionFilter filter(Query query) throws BadQueryException {
        Optional<NetworkSet> client = Optional.empty();
        if (query.value("client").isPresent()) {
            Optional<Network> network = NetworkText.parse(query.required("client"));
            if (network.isEmpty()) {
                throw new BadQueryException("client: expected an address such as 192.0.2.1 or a network such as"
                        + " 192.0.2.0/24, found '" + CleanText.piece(query.required("client")) + "'");
            }
            client = Optional.of(new NetworkSet(List.of(network.get())));
        }
        SessionFilter filter = new SessionFilter(query.value("listener"), query.value("pool"), query.value("backend"),
                client);
        String backend = query.value("backend").orElse("");
        int slash = backend.indexOf('/'); // pool names contain none
        boolean hasPool = slash > 0 && !backend.startsWith("unix:")
                && filter.pool().filter(pool -> !pool.equals(backend.substring(0, slash))).isEmpty();
        return hasPool ? filter.withPool(backend.substring(0, slash)).withBackend(backend.substring(slash + 1))
                : filter;
    }

    private Response close(HttpRequest request) throws BadQueryException, InterruptedException {
        Query query = Query.parse(request.query(), List.of("connection", "backend"));
        Optional<String> connection = query.value("connection");
        if (connection.isPresent() == query.value("backend").isPresent()) {
            throw new BadQueryException("expected one of the parameters connection and backend");
        }
        return connection.isPresent() ? closeConnection(request, connection.get())
                : closeBackend(request, query.required("backend"));
    }

    private Response closeConnection(HttpRequest request, String text) throws BadQueryException, InterruptedException {
        Optional<SessionId> id = SessionId.parse(text);
        if (id.isEmpty()) {
            throw new BadQueryException("connection: expected an identifier of apex top such as 0-17, found '"
                    + CleanText.piece(text) + "'");
        }
        LiveSessions.Closed closed = actions.sessions().close(id.get());
        if (closed.count() + closed.blockedLoops() == 0) {
            return Response.text(Response.NOT_FOUND, "no open connection " + id.get() + "; apex top lists them");
        }
        LOG.info("control socket: {} closes connection {}", user(request), id.get());
        return ControlJson.closed(closed);
    }

    private Response closeBackend(HttpRequest request, String name) throws BadQueryException, InterruptedException {
        int slash = name.indexOf('/');
        if (slash <= 0 || slash == name.length() - 1) {
            throw new BadQueryException("backend: expected POOL/BACKEND, found '" + CleanText.piece(name) + "'");
        }
        String pool = name.substring(0, slash);
        String backend = name.substring(slash + 1);
        LiveSessions.Closed closed = actions.sessions().close(pool, backend);
        if (closed.count() == 0 && !exists(pool, backend)) {
            return Response.text(Response.NOT_FOUND, "no backend " + CleanText.piece(name)
                    + "; apex status lists them");
        }
        LOG.info("control socket: {} closes {} connections of backend {}", user(request), closed.count(),
                CleanText.piece(name));
        return ControlJson.closed(closed);
    }

    private boolean exists(String pool, String backend) {
        Snapshot snapshot = actions.snapshots().get();
        return snapshot.pools().stream().filter(each -> each.name().equals(pool))
                .flatMap(each -> each.backends().stream()).anyMatch(each -> each.name().equals(backend))
                || snapshot.removed().stream()
                        .anyMatch(each -> each.pool().equals(pool) && each.name().equals(backend));
    }

    /** Returns the user that the command names. The socket is open to the user of the process and root only. */
    private static String user(HttpRequest request) {
        String user = request.list(USER_HEADER);
        return user.isEmpty() ? "an unnamed user" : "user '" + CleanText.piece(user) + "'";
    }

    /** The header with which a command names its user. */
    static final String USER_HEADER = "Apex-User";
}
