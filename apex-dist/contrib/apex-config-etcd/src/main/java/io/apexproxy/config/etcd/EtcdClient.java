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
 * What the source asks of etcd, over the JSON gateway of one endpoint until that fails, then of the next.
 *
 * <p>Each call is one attempt and may block for the time that is allowed to it. Used by one thread at a time.
 */
final class EtcdClient {

    /** Keys per answer: some 200 KiB of them, so that a large configuration comes in pieces that fit any limit. */
    private static final long PAGE = 1000;

    /** The codes of gRPC, which the gateway passes on. */
    private static final int INVALID_ARGUMENT = 3;
    private static final int PERMISSION_DENIED = 7;
    private static final int FAILED_PRECONDITION = 9;
    private static final int UNAUTHENTICATED = 16;

    private final EtcdSettings settings;
    private final Http http;
    private int current;
    private String token = "";

    /** Creates the client; nothing is asked yet. It begins at any of the endpoints, so that a fleet spreads. */
    EtcdClient(EtcdSettings settings, Http http) {
        this.settings = settings;
        this.http = http;
        this.current = ThreadLocalRandom.current().nextInt(settings.endpoints().size());
    }

    /** The endpoint that is asked. */
    URI endpoint() {
        return settings.endpoints().get(current);
    }

    /** From now on the next endpoint is asked. */
    void moveOn() {
        current = (current + 1) % settings.endpoints().size();
    }

    /**
     * Reads all keys under the prefix, at one revision, as the majority of the cluster has them.
     *
     * @throws ConfigException if etcd refuses that to this user
     */
    Snapshot snapshot(Duration patience) throws UnavailableException {
        SortedMap<String, String> values = new TreeMap<>();
        String from = settings.prefix();
        long revision = 0;
        long size = 0;
        boolean more = true;
        try {
            while (more) {
                Json page = ask("/v3/kv/range", Messages.range(from, settings.prefix(), PAGE, revision), patience);
                revision = revision == 0 ? page.object("header").number("revision") : revision;
                for (Json pair : page.objects("kvs")) {
                    from = Messages.decode(pair.string("key"));
                    values.put(from, pair.string("value"));
                    size += from.length() + pair.string("value").length();
                    if (size > settings.maxBytes()) {
                        throw BoundedBody.tooLong(settings.maxBytes());
                    }
                }
                from += '\0'; // the next key after the last
                more = page.isTrue("more");
            }
        } catch (IOException e) {
            throw unavailable(e.getMessage());
        }
        return new Snapshot(revision, values);
    }

    /**
     * Asks whether the keys are still as in a snapshot. A watch says nothing of a connection that is dead, or of an
     * endpoint that has lost its leader; this finds out.
     *
     * @throws ConfigException if etcd refuses that to this user
     */
    boolean isCurrent(Snapshot snapshot, Duration patience) throws UnavailableException {
        Json answer = ask("/v3/kv/range", Messages.news(settings.prefix(), snapshot.revision()), patience);
        try {
            return answer.objects("kvs").isEmpty() && answer.number("count") == snapshot.values().size();
        } catch (IOException e) {
            throw unavailable(e.getMessage());
        }
    }

    /** Begins to watch the prefix at a revision; whatever is wrong is told by the stream. */
    WatchStream watch(long from) {
        return WatchStream.open(http, endpoint().toString(),
                request("/v3/watch", Messages.watch(settings.prefix(), from)).build());
    }

    private Json ask(String path, Map<String, ?> question, Duration patience) throws UnavailableException {
        if (token.isEmpty() && settings.login().isPresent()) {
            authenticate(patience);
        }
        Http.Answer answer = send(path, question, patience);
        if (isTokenStale(answer)) {
            authenticate(patience);
            answer = send(path, question, patience);
        }
        return accepted(answer);
    }

    /** Tokens end some minutes after their last use, and when users or roles change. */
    private boolean isTokenStale(Http.Answer answer) {
        return !token.isEmpty() && (answer.code() == UNAUTHENTICATED
                || answer.message().contains("revision of auth store is old"));
    }

    private void authenticate(Duration patience) throws UnavailableException {
        token = "";
        EtcdSettings.Login login = settings.login().orElseThrow();
        Http.Answer answer = send("/v3/auth/authenticate",
                Map.of("name", login.username(), "password", login.password()), patience);
        boolean nobodyIsAsked = answer.code() == FAILED_PRECONDITION
                && answer.message().contains("authentication is not enabled");
        if (!nobodyIsAsked) {
            token = accepted(answer).string("token");
        }
    }

    private Http.Answer send(String path, Map<String, ?> question, Duration patience) throws UnavailableException {
        try {
            return http.send(request(path, question).build(), patience);
        } catch (IOException e) {
            throw unavailable(e.getMessage());
        }
    }

    private HttpRequest.Builder request(String path, Map<String, ?> question) {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint().resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.text(question)));
        return token.isEmpty() ? request : request.header("Authorization", token);
    }

    private Json accepted(Http.Answer answer) throws UnavailableException {
        if (answer.isGood()) {
            return answer.json();
        }
        boolean refused = switch (answer.code()) {
            case PERMISSION_DENIED, UNAUTHENTICATED -> true;
            case INVALID_ARGUMENT -> answer.message().contains("authentication failed")
                    || answer.message().contains("user name");
            default -> false;
        };
        if (refused) {
            throw new ConfigException(settings.origin(), "config_source: " + endpoint() + ": " + answer.message() + ": "
                    + (settings.login().isPresent()
                    ? "check username and password, and that a role of the user may read " + settings.prefix()
                    : "set username and password of a user who may read " + settings.prefix()));
        }
        throw unavailable(answer.message());
    }

    private UnavailableException unavailable(String message) {
        return new UnavailableException(endpoint() + ": " + message);
    }
}
