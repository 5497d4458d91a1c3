package io.apexproxy.dist.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client of the admin endpoint. */
public final class Admin {

    private static final Pattern SAMPLE = Pattern.compile("([^ {]+(?:\\{.*})?) (\\S+)");

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(ApexProcess.PATIENCE).build();
    private final int port;

    private Admin(int port) {
        this.port = port;
    }

    /** Waits until the process has logged the address of its endpoint; returns a client for it. */
    public static Admin of(ApexProcess proxy) {
        String line = proxy.awaitLine("Admin endpoint on http://");
        return on(Integer.parseInt(line.replaceFirst(".*:(\\d+)/$", "$1")));
    }

    public static Admin on(int port) {
        return new Admin(port);
    }

    public int port() {
        return port;
    }

    public String address() {
        return "http://127.0.0.1:" + port + "/";
    }

    public HttpResponse<String> get(String path) {
        try {
            return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(ApexProcess.PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns whether the endpoint answers. */
    public boolean answers() {
        try {
            return get("/health/live").statusCode() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Returns for each backend whether it is in the state up. */
    public List<Boolean> backendsUp() {
        return metrics().entrySet().stream()
                .filter(sample -> sample.getKey().matches("apex_backend_state\\{.*state=\"up\"}"))
                .map(sample -> sample.getValue() == 1).toList();
    }

    /** Returns the samples in the Prometheus text format with their values; labels are sorted by name. */
    public Map<String, Double> metrics() {
        Map<String, Double> samples = new LinkedHashMap<>();
        get("/metrics").body().lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            Matcher sample = SAMPLE.matcher(line);
            assertThat(sample.matches()).as(line).isTrue();
            samples.put(sample.group(1), number(sample.group(2)));
        });
        return samples;
    }

    /** Parses a value. The Prometheus format for infinity, the value of an absent limit, differs from that of Java. */
    private static Double number(String text) {
        return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.valueOf(text);
    }
}
