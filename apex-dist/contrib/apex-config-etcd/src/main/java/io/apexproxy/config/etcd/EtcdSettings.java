package io.apexproxy.config.etcd;

import io.apexproxy.api.Origin;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The validated settings of the table {@code [config_source]}.
 *
 * @param origin the origin of the table
 * @param prefix the prefix of keys, with a trailing slash
 * @param maxBytes the maximum size of a snapshot, of a response, and of a watch message
 */
record EtcdSettings(Origin origin, List<URI> endpoints, String prefix, Optional<Login> login, Duration dialTimeout,
        long maxBytes, Optional<Path> cacheFile, Tls tls) {

    /** Some thousand times the size of the configuration of a large fleet. */
    private static final long MAX_BYTES = 64 << 20;

    /** The bytes, the parsed values and the trees of a response are in memory at the same time. */
    private static final long HEAP_PER_BYTE = 64;

    /** Long enough for a SYN retransmission after one second. */
    private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(2);

    /** The time for a response after connecting; an election of a leader takes about 2 s. */
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(3);

    /** The credentials of a user. */
    record Login(String username, String password) {

        /** Returns the name only, so that the password cannot reach a log. */
        @Override
        public String toString() {
            return username;
        }
    }

    static EtcdSettings from(Settings settings, PluginContext context) {
        Optional<Login> login = login(settings);
        Duration dialTimeout = settings.duration("dial_timeout", DIAL_TIMEOUT);
        long maxBytes = settings.bytes("max_bytes",
                Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / HEAP_PER_BYTE));
        Optional<Path> cacheFile = path("cache_file", settings, context);
        Tls tls = Tls.from(settings, context);
        return new EtcdSettings(settings.origin(), endpoints(settings, tls), prefix(settings), login, dialTimeout,
                maxBytes, cacheFile, tls);
    }

    /** Returns the maximum time of one attempt. */
    Duration timeout() {
        return dialTimeout.plus(RESPONSE_TIMEOUT);
    }

    private static List<URI> endpoints(Settings settings, Tls tls) {
        List<URI> endpoints = settings.strings("endpoints").stream().map(text -> endpoint(text, settings)).toList();
        if (endpoints.isEmpty()) {
            throw settings.invalid("endpoints", "expected at least one URL such as [\"http://127.0.0.1:2379\"]");
        }
        if (!tls.isDefault() && endpoints.stream().anyMatch(endpoint -> endpoint.getScheme().equals("http"))) {
            throw settings.invalid("endpoints", "expected https:// in all of them because certificates are set, found "
                    + endpoints);
        }
        return endpoints;
    }

    private static URI endpoint(String text, Settings settings) {
        if (text.indexOf('@') >= 0) { // first, because the URL can contain a password
            throw settings.invalid("endpoints", "expected URLs such as \"http://127.0.0.1:2379\", found one with a"
                    + " user, which is not shown; use the settings username and password instead");
        }
        String reason = "";
        try {
            URI uri = new URI(text);
            boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (isHttp && uri.getHost() != null && List.of("", "/").contains(uri.getPath()) && uri.getQuery() == null
                    && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            reason = " (" + e.getReason() + ")";
        }
        throw settings.invalid("endpoints", "expected URLs such as \"http://127.0.0.1:2379\", without path, found '"
                + text + "'" + reason);
    }

    private static String prefix(Settings settings) {
        String prefix = settings.string("prefix", "/apex/");
        if (prefix.isBlank()) {
            throw settings.invalid("prefix", "expected the beginning of keys such as \"/apex/\", found a blank string");
        }
        return prefix.endsWith("/") ? prefix : prefix + '/';
    }

    private static Optional<Login> login(Settings settings) {
        String username = settings.string("username", "");
        String password = settings.secret("password", "");
        if (username.isEmpty() != password.isEmpty()) {
            throw settings.invalid(username.isEmpty() ? "username" : "password",
                    "expected username and password together, found one of them");
        }
        return username.isEmpty() ? Optional.empty() : Optional.of(new Login(username, password));
    }

    /** Returns an optional path from the settings. */
    static Optional<Path> path(String key, Settings settings, PluginContext context) {
        String text = settings.string(key, "");
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(context.resolve(text));
        } catch (InvalidPathException e) {
            throw settings.invalid(key, "expected the path of a file, found '" + text + "' (" + e.getReason() + ")");
        }
    }
}
