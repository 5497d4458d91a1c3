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
 * The table {@code [config_source]}, checked.
 *
 * @param origin where the table is
 * @param prefix ends with a slash
 * @param maxBytes the largest size of a snapshot, of an answer, and of a message of a watch
 */
record EtcdSettings(Origin origin, List<URI> endpoints, String prefix, Optional<Login> login, Duration dialTimeout,
        long maxBytes, Optional<Path> cacheFile, Tls tls) {

    /** Some thousand times the configuration of a large fleet. */
    private static final long MAX_BYTES = 64 << 20;

    /** An answer is in memory as bytes, as parsed values and as trees at the same time. */
    private static final long HEAP_PER_BYTE = 64;

    /** Long enough for a lost packet that is sent again after a second. */
    private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(2);

    /** Beyond the connection; an answer that needs a new leader first comes within about 2 s. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);

    /** Who asks. */
    record Login(String username, String password) {

        /** Without the password. */
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

    /** How long one attempt may take. */
    Duration patience() {
        return dialTimeout.plus(ANSWER_TIMEOUT);
    }

    private static List<URI> endpoints(Settings settings, Tls tls) {
        List<URI> endpoints = settings.strings("endpoints").stream().map(text -> endpoint(text, settings)).toList();
        if (endpoints.isEmpty()) {
            throw settings.invalid("endpoints", "expected at least one URL such as [\"http://127.0.0.1:2379\"]");
        }
        if (!tls.isDefault() && endpoints.stream().anyMatch(endpoint -> endpoint.getScheme().equals("http"))) {
            throw settings.invalid("endpoints", "expected https:// in all of them, as certificates are set, found "
                    + endpoints);
        }
        return endpoints;
    }

    private static URI endpoint(String text, Settings settings) {
        if (text.indexOf('@') >= 0) { // whatever else is wrong with it, it may hold a password
            throw settings.invalid("endpoints", "expected URLs such as \"http://127.0.0.1:2379\", found one with a"
                    + " user, which is not shown; write username and password as settings of their own");
        }
        try {
            URI uri = new URI(text);
            boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (isHttp && uri.getHost() != null && List.of("", "/").contains(uri.getPath()) && uri.getQuery() == null
                    && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw settings.invalid("endpoints", wrongEndpoint(text) + " (" + e.getReason() + ")");
        }
        throw settings.invalid("endpoints", wrongEndpoint(text));
    }

    private static String wrongEndpoint(String text) {
        return "expected URLs such as \"http://127.0.0.1:2379\", without path, found '" + text + "'";
    }

    private static String prefix(Settings settings) {
        String prefix = settings.string("prefix", "/apex/");
        if (prefix.isBlank()) {
            throw settings.invalid("prefix", "expected the beginning of keys such as \"/apex/\", found nothing");
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

    /** A path in the settings, if there is one. */
    static Optional<Path> path(String key, Settings settings, PluginContext context) {
        String text = settings.string(key, "");
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(context.resolve(text));
        } catch (InvalidPathException e) {
            throw settings.invalid(key, "expected the path of a file, found '" + text + "' (" + e.getReason() + ")");
        }
    }
}
