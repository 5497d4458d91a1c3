package io.apexproxy.dist;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.test.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A headless Chromium, controlled through the WebDriver protocol. */
final class Browser implements AutoCloseable {

    /** A browser can start slowly. */
    private static final Duration PATIENCE = ApexProcess.PATIENCE.multipliedBy(2);
    private static final Pattern STARTED = Pattern.compile("started successfully on port (\\d+)");
    private static final List<String> OPTIONS = List.of("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync");

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process driver;
    private final String address;
    private final String session;

    private Browser(Process driver, int port, Path profile) {
        this.driver = driver;
        this.address = "http://127.0.0.1:" + port;
        String options = Stream.concat(OPTIONS.stream(), Stream.of("--user-data-dir=" + profile)).map(Browser::quoted)
                .collect(Collectors.joining(","));
        String wanted = """
                {"capabilities": {"alwaysMatch": {"browserName": "chrome",
                 "goog:loggingPrefs": {"browser": "ALL"}, "goog:chromeOptions": {"args": [%s]}}}}""".formatted(options);
        this.session = "/session/" + command("POST", "/session", wanted, "sessionId");
    }

    /** Returns whether this machine has a browser and a driver for it. */
    static boolean isInstalled() {
        return Programs.isInstalled("chromedriver")
                && (Programs.isInstalled("chromium") || Programs.isInstalled("google-chrome"));
    }

    /**
     * Starts a browser.
     *
     * @param directory the directory for the profile of the browser
     */
    static Browser start(Path directory) {
        try {
            Process driver = new ProcessBuilder("chromedriver", "--port=0").redirectErrorStream(true).start();
            try {
                return new Browser(driver, port(driver), Files.createDirectory(directory.resolve("browser")));
            } catch (IOException | RuntimeException e) {
                end(driver);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the port that the driver prints. Its later output is short and can stay unread. */
    private static int port(Process driver) throws IOException {
        var output = new BufferedReader(new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher started = STARTED.matcher(line);
            if (started.find()) {
                return Integer.parseInt(started.group(1));
            }
        }
        throw new IOException("chromedriver has ended");
    }

    void open(String url) {
        command("POST", session + "/url", "{\"url\": " + quoted(url) + "}", "value");
    }

    /** Evaluates a JavaScript expression on the page; returns the result as text. */
    String evaluate(String expression) {
        String script = "return String(" + expression + ")";
        String body = "{\"script\": " + quoted(script) + ", \"args\": []}";
        return command("POST", session + "/execute/sync", body, "value");
    }

    /** Returns the visible text of the page. */
    String text() {
        return evaluate("document.body.innerText");
    }

    /** Presses and releases a key in the focused element; special keys have a code point in the WebDriver protocol. */
    void press(String key) {
        request("POST", session + "/actions", """
                {"actions": [{"type": "key", "id": "keyboard", "actions": [
                 {"type": "keyDown", "value": %1$s}, {"type": "keyUp", "value": %1$s}]}]}""".formatted(quoted(key)));
    }

    /** Sets the size of the page in pixels and the preferred color scheme, {@code light} or {@code dark}. */
    void show(int width, int height, String scheme) {
        devTools("Emulation.setDeviceMetricsOverride", """
                {"width": %d, "height": %d, "deviceScaleFactor": 1, "mobile": false}""".formatted(width, height));
        devTools("Emulation.setEmulatedMedia", """
                {"features": [{"name": "prefers-color-scheme", "value": "%s"}]}""".formatted(scheme));
    }

    private void devTools(String command, String parameters) {
        request("POST", session + "/goog/cdp/execute",
                "{\"cmd\": \"" + command + "\", \"params\": " + parameters + "}");
    }

    /** Returns the errors and warnings of the page, including blocked scripts, as one text. */
    String consoleMessages() {
        return request("POST", session + "/se/log", "{\"type\": \"browser\"}");
    }

    @Override
    public void close() {
        List<ProcessHandle> processes = driver.descendants().toList(); // read before the end of their parents
        try {
            request("DELETE", session, "");
        } finally {
            processes.forEach(ProcessHandle::destroyForcibly);
            end(driver);
        }
    }

    private static void end(Process driver) {
        driver.descendants().forEach(ProcessHandle::destroyForcibly);
        driver.destroyForcibly().onExit().join();
    }

    /** Sends a command; returns one field of the answer. */
    private String command(String method, String path, String body, String field) {
        String answer = request(method, path, body);
        try (JsonParser json = new JsonFactory().createParser(answer)) {
            while (json.nextToken() != null) {
                if (field.equals(json.currentName()) && json.currentToken().isScalarValue()) {
                    return json.getText();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("no " + field + " in " + answer);
    }

    private String request(String method, String path, String body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).timeout(PATIENCE)
                    .method(method, HttpRequest.BodyPublishers.ofString(body)).build();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
