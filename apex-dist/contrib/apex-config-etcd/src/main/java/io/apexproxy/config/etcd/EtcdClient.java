package io.apexproxy.config.etcd;

import io.apexproxy.api.ConfigException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Client of etcd's JSON gateway, which uses one endpoint until {@link #selectNextEndpoint} is called.
 *
 * <p>Each call is one attempt and blocks up to its timeout. Not thread-safe.
 */
final class EtcdClient {

    /** The number of keys per response, about 200 KiB, so that a large configuration is read in small responses. */
    private static final long PAGE_SIZE = 1000;

    /** gRPC status codes, which the gateway forwards. */
    private static final int INVALID_ARGUMENT = 3;
    private static final int PERMISSION_DENIED = 7;
    private static final int FAILED_PRECONDITION = 9;
    private static final int UNAUTHENTICATED = 16;

    private final EtcdSettings settings;
    private final Http http;
    private int current;
    private String token = "";

    /**
     * Creates a client without a connection. It starts with a random endpoint, which distributes the load of a fleet.
     */
    EtcdClient(EtcdSettings settings, Http http) {
        this.settings = settings;
        this.http = http;
        this.current = ThreadLocalRandom.current().nextInt(settings.endpoints().size());
    }

    /** Returns the current endpoint. */
    URI endpoint() {
        return settings.endpoints().get(current);
    }

    /** Selects the next endpoint for later calls. */
    void selectNextEndpoint() {
        current = (current + 1) % settings.endpoints().size();
    }

    /**
     * Reads all keys with the prefix at one revision. The read is linearizable.
     *
     * @throws ConfigException if the user has no permission
     */
    Snapshot readSnapshot(Duration timeout) throws UnavailableException {
        SortedMap<String, String> values = new TreeMap<>();
        String from = settings.prefix();
        long revision = 0;
        long size = 0;
        boolean more = true;
        try {
            while (more) {
                Json page = call("/v3/kv/range", Messages.range(from, settings.prefix(), PAGE_SIZE, revision), timeout);
                revision = revision == 0 ? page.object("header").number("revision") : revision;
                for (Json pair : page.objects("kvs")) {
                    from = Messages.decode(pair.string("key"));
                    values.put(from, pair.string("value"));
                    size += from.length() + pair.string("value").length();
                    if (size > settings.maxBytes()) {
                        throw BoundedBody.tooLong(settings.maxBytes());
                    }
                }
                from += '\0'; // the smallest key after the last one
                more = page.isTrue("more");
            }
        } catch (IOException e) {
            throw unavailable(e);
        }
        return new Snapshot(revision, values);
    }

    /**
     * Returns whether the keys are still those of a snapshot. This also detects a dead connection and an endpoint
     * without a leader, which a watch does not report.
     *
     * @throws ConfigException if the user has no permission
     */
    boolean isCurrent(Snapshot snapshot, Duration timeout) throws UnavailableException {
        try {
            Map<String, Object> changed = Messages.changedAfter(settings.prefix(), snapshot.revision());
            Json response = call("/v3/kv/range", changed, timeout);
            return response.objects("kvs").isEmpty() && response.number("count") == snapshot.values().size();
        } catch (IOException e) {
            throw unavailable(e);
        }
    }

    /** Starts to watch the prefix from a revision. The stream reports all failures. */
    WatchStream watch(long from) {
        return WatchStream.open(http, endpoint().toString(),
                request("/v3/watch", Messages.watch(settings.prefix(), from)));
    }

    private Json call(String path, Map<String, ?> body, Duration timeout) throws IOException {
        if (token.isEmpty() && settings.login().isPresent()) {
            authenticate(timeout);
        }
        Http.Response response = http.send(request(path, body), timeout);
        if (isTokenStale(response)) {
            authenticate(timeout);
            response = http.send(request(path, body), timeout);
        }
        return checked(response);
    }

    /** Returns whether the token is invalid: some minutes after its last use, or after a change of users or roles. */
    private boolean isTokenStale(Http.Response response) {
        return !token.isEmpty() && (response.code() == UNAUTHENTICATED
                || response.message().contains("revision of auth store is old"));
    }

    private void authenticate(Duration timeout) throws IOException {
        token = "";
        EtcdSettings.Login login = settings.login().orElseThrow();
        Http.Response response = http.send(request("/v3/auth/authenticate",
                Map.of("name", login.username(), "password", login.password())), timeout);
        boolean isAuthDisabled = response.code() == FAILED_PRECONDITION
                && response.message().contains("authentication is not enabled");
        if (!isAuthDisabled) {
            token = checked(response).string("token");
        }
    }

    private HttpRequest request(String path, Map<String, ?> body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint().resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.text(body)));
        return (token.isEmpty() ? request : request.header("Authorization", token)).build();
    }

    private Json checked(Http.Response response) throws IOException {
        if (response.isOk()) {
            return response.json();
        }
        boolean isRefused = switch (response.code()) {
            case PERMISSION_DENIED, UNAUTHENTICATED -> true;
            case INVALID_ARGUMENT -> response.message().contains("authentication failed")
                    || response.message().contains("user name");
            default -> false;
        };
        if (isRefused) {
            throw new ConfigException(settings.origin(), "config_source: " + endpoint() + ": " + response.message()
                    + ": " + (settings.login().isPresent()
                            ? "check username and password, and that a role of the user may read " + settings.prefix()
                            : "set username and password of a user that may read " + settings.prefix()));
        }
        throw new IOException(response.message());
    }

    private UnavailableException unavailable(IOException failure) {
        return new UnavailableException(endpoint() + ": " + failure.getMessage());
    }
}
