package io.apexproxy.source.documents;

import io.apexproxy.api.source.BackendSource;
import io.apexproxy.api.source.FoundBackend;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;

/**
 * Fetches the document. One call at a time, on a thread of the instance.
 *
 * <p>The document that was read last is kept with its {@code ETag}, so that an unchanged one is not sent again.
 */
final class HttpSource implements BackendSource {

    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;
    private static final int REDIRECTS = 300;
    private static final int ERRORS = 400;
    private static final Pattern MAX_AGE = Pattern.compile("(?i)(?:^|[,\\s])max-age=(\\d{1,9})(?:$|[,\\s])");
    private static final Pattern TOKEN = Pattern.compile("[!-~]{1,8192}");

    /**
     * The settings.
     *
     * @param url the address of the document
     * @param tokenFile the file of the token of the header {@code Authorization}; it is read again for each request
     * @param tls the trusted authorities; empty: those of Java
     * @param timeout the time limit of a request with its answer
     * @param maxBytes the limit of the size of the document, also when it is not compressed any more
     */
    record Options(URI url, Optional<Path> tokenFile, Optional<SSLContext> tls, Duration timeout, int maxBytes) {
    }

    private record Known(String tag, List<FoundBackend> backends) {
    }

    private final Options options;
    private final ScheduledExecutorService executor;
    private volatile Optional<HttpClient> client;
    private Optional<Known> known = Optional.empty();

    HttpSource(Options options, ScheduledExecutorService executor) {
        this.options = options;
        this.executor = executor;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(options.timeout()).executor(executor)
                .followRedirects(HttpClient.Redirect.NEVER); // the token must not reach another server
        options.tls().ifPresent(builder::sslContext);
        client = Optional.of(builder.build());
    }

    @Override
    public Answer find() throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(options.url()).timeout(options.timeout())
                .header("Accept", "application/json").header("Accept-Encoding", "gzip");
        known.ifPresent(document -> request.header("If-None-Match", document.tag()));
        if (options.tokenFile().isPresent()) {
            request.header("Authorization", "Bearer " + token(options.tokenFile().get()));
        }
        HttpResponse<InputStream> response = send(request.build());
        try (InputStream body = response.body()) {
            Optional<Duration> validFor = validity(response);
            if (response.statusCode() == NOT_MODIFIED && known.isPresent()) {
                return new Answer(known.get().backends(), validFor);
            }
            requireOk(response);
            List<FoundBackend> backends = Document.read(read(response, body));
            known = response.headers().firstValue("ETag").map(tag -> new Known(tag, backends));
            return new Answer(backends, validFor);
        }
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws IOException, InterruptedException {
        try {
            return client.orElseThrow(() -> new IOException("closed")).send(request,
                    HttpResponse.BodyHandlers.ofInputStream());
        } catch (HttpTimeoutException e) {
            throw timeout(e);
        } catch (ConnectException e) {
            throw new IOException("cannot connect to " + options.url().getAuthority() + ": "
                    + Optional.ofNullable(e.getMessage()).orElse("connection refused"), e);
        }
    }

    private IOException timeout(Exception cause) {
        return new IOException("no complete answer of " + options.url().getAuthority() + " within "
                + options.timeout().toMillis() + " ms", cause);
    }

    private void requireOk(HttpResponse<?> response) throws IOException {
        int status = response.statusCode();
        if (status >= REDIRECTS && status < ERRORS) {
            throw new IOException("expected status 200, found " + status + " to "
                    + response.headers().firstValue("Location").orElse("nowhere") + "; redirects are not followed");
        } else if (status != OK) {
            throw new IOException("expected status 200, found " + status);
        }
    }

    private static String token(Path file) throws IOException {
        String token = Files.readString(file).strip();
        if (!TOKEN.matcher(token).matches()) {
            throw new IOException("token_file: expected one line of visible ASCII characters in " + file);
        }
        return token;
    }

    /** Reads the body within the timeout: the one of the request ends with the head of the response. */
    private byte[] read(HttpResponse<?> response, InputStream body) throws IOException {
        AtomicBoolean isLate = new AtomicBoolean();
        Future<?> deadline = executor.schedule(() -> {
            isLate.set(true);
            body.close(); // ends the read below with an exception
            return null;
        }, options.timeout().toMillis(), TimeUnit.MILLISECONDS);
        try {
            byte[] bytes = limited(body);
            boolean isZipped = response.headers().firstValue("Content-Encoding").filter("gzip"::equalsIgnoreCase)
                    .isPresent();
            return isZipped ? limited(new GZIPInputStream(new ByteArrayInputStream(bytes))) : bytes;
        } catch (IOException e) {
            throw isLate.get() ? timeout(e) : e;
        } finally {
            deadline.cancel(false);
        }
    }

    private byte[] limited(InputStream stream) throws IOException {
        byte[] bytes = stream.readNBytes(options.maxBytes() + 1);
        if (bytes.length > options.maxBytes()) {
            throw new IOException("the document has more than " + options.maxBytes()
                    + " bytes; raise max_bytes if this is expected");
        }
        return bytes;
    }

    private static Optional<Duration> validity(HttpResponse<?> response) {
        return response.headers().firstValue("Cache-Control").map(MAX_AGE::matcher).filter(Matcher::find)
                .map(age -> Duration.ofSeconds(Long.parseLong(age.group(1))));
    }

    /**
     * Closes the client, which is possible since Java 21. Before, the thread of the client ends some seconds after the
     * client has been garbage-collected, so the reference is cleared.
     */
    @Override
    public void close() {
        Optional<HttpClient> open = client;
        client = Optional.empty();
        if (open.isPresent() && (Object) open.get() instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new IllegalStateException("the JDK's HTTP client cannot be closed", e);
            }
        }
    }
}
