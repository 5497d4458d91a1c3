package io.apexproxy.source.documents;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.source.BackendSource;
import io.apexproxy.api.source.BackendSourceProvider;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** The provider of the backend source {@code http}. */
public final class HttpSourceProvider implements BackendSourceProvider {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    /** The runtime interrupts a look-up after 10 s; the timeout of the source gives a more detailed reason. */
    private static final Duration MAX_TIMEOUT = Duration.ofSeconds(9);
    private static final long MAX_BYTES = 1 << 20;
    /** A document of 10,000 backends has about 3 MiB with many attributes. */
    private static final long GREATEST_MAX_BYTES = 64 << 20;

    /** Called by the {@link java.util.ServiceLoader}. */
    public HttpSourceProvider() {
    }

    @Override
    public String name() {
        return "http";
    }

    @Override
    public String description() {
        return "a JSON document on a server: a list of addresses, or the format http_sd of Prometheus";
    }

    @Override
    public BackendSource create(Settings settings, PluginContext context) {
        URI url = url(settings);
        Optional<Path> token = path(settings, "token_file", context);
        Optional<SSLContext> tls = path(settings, "ca_file", context).map(file -> Authorities.trust(settings, file));
        Duration timeout = settings.duration("timeout", TIMEOUT);
        if (timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw settings.invalid("timeout", "expected at most \"" + MAX_TIMEOUT.toSeconds() + "s\"");
        }
        long maxBytes = settings.bytes("max_bytes", MAX_BYTES);
        if (maxBytes > GREATEST_MAX_BYTES) {
            throw settings.invalid("max_bytes", "expected at most \"64MiB\"");
        }
        return new HttpSource(new HttpSource.Options(url, token, tls, timeout, (int) maxBytes), context.executor());
    }

    private static URI url(Settings settings) {
        String text = settings.string("url");
        try {
            URI url = new URI(text);
            boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (isHttp && url.getHost() != null && url.getUserInfo() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw settings.invalid("url", "expected a URL, found a mistake at character " + (e.getIndex() + 1) + ": "
                    + e.getReason());
        }
        throw settings.invalid("url", "expected http://HOST/PATH or https://HOST/PATH without a password;"
                + " token_file has the file of a token");
    }

    private static Optional<Path> path(Settings settings, String key, PluginContext context) {
        return settings.has(key) ? Optional.of(context.resolve(settings.string(key))) : Optional.empty();
    }
}
