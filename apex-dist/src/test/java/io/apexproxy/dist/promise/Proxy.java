package io.apexproxy.dist.promise;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.test.Bytes;
import io.apexproxy.test.TestServer;
import java.util.List;
import java.util.stream.Stream;

/** A running proxy with its log and metrics. */
final class Proxy implements AutoCloseable {

    private final Distribution apex;
    private final ApexProcess process;
    private Admin admin;

    Proxy(Distribution apex, ApexProcess process) {
        this.apex = apex;
        this.process = process;
    }

    ApexProcess process() {
        return process;
    }

    /** Waits until the proxy accepts connections; returns its port. */
    int port() {
        return process.port();
    }

    /** Returns the ports that listeners have opened so far. */
    List<Integer> ports() {
        return lines("Proxy listening on ").stream()
                .map(line -> Integer.valueOf(line.substring(line.lastIndexOf(':') + 1))).toList();
    }

    /** Connects a client to the proxy. */
    Client client() {
        return Client.to(port());
    }

    /** Sends requests on separate connections; returns the addresses of the backends that answered. */
    List<String> answers(int requests) {
        int port = port();
        return Stream.generate(() -> Http.get(port).orElse("none")).limit(requests).toList();
    }

    /** Waits until each backend serves connections: not all are in the rotation when the listener opens. */
    void awaitAnswersOf(String... addresses) {
        Http.awaitAnswers(port(), addresses);
    }

    /** Changes the configuration file, and waits until the change is applied. */
    void change(Config config) {
        long before = logged("Configuration changed");
        apex.configure(config.toml());
        awaitChange(before);
    }

    /** Changes the configuration file and sends SIGHUP, which applies the change without a delay. */
    void changeAtOnce(Config config) {
        long before = logged("Configuration changed");
        apex.configure(config.toml());
        process.signal("HUP");
        awaitChange(before);
    }

    private void awaitChange(long before) {
        Scenario.eventually(() -> logged("Configuration changed") > before);
    }

    String awaitLine(String text) {
        return process.awaitLine(text);
    }

    /** Waits for the access log line of a connection with this cause. */
    String awaitCause(String cause) {
        return awaitLine("apex.access: " + cause + " ");
    }

    /** Returns the log lines so far that contain the text. */
    List<String> lines(String text) {
        return process.output().stream().filter(line -> line.contains(text)).toList();
    }

    long logged(String text) {
        return lines(text).size();
    }

    Admin admin() {
        if (admin == null) {
            admin = Admin.of(process);
        }
        return admin;
    }

    /** Returns the value of a metric with its labels. */
    double metric(String sample) {
        Double value = admin().metrics().get(sample);
        if (value == null) {
            throw new AssertionError("there is no metric " + sample);
        }
        return value;
    }

    /** Returns the number of open connections, without those in the accept queue of the kernel. */
    double connections() {
        return metric("apex_listener_connections_active{listener=\"web\"}");
    }

    /** Returns the number of connections that have ended with this cause. */
    double ended(String cause) {
        return metric("apex_session_end_total{cause=\"" + cause + "\"}");
    }

    /** Returns a metric of a backend, such as {@code up} or {@code connections_total}. */
    double backend(String address, String figure) {
        return metric("apex_backend_" + figure + "{backend=\"" + address + "\",pool=\"web\"}");
    }

    /** Waits until the byte counter of a backend stops to grow, because every buffer on the path is full. */
    void awaitFullBuffers(TestServer backend, String direction) {
        String figure = "apex_backend_bytes_total{backend=\"%s\",direction=\"%s\",pool=\"web\"}"
                .formatted(backend.address(), direction);
        double[] moved = {0, 0, 0};
        Scenario.eventually(() -> {
            moved[0] = moved[1];
            moved[1] = moved[2];
            moved[2] = metric(figure);
            return moved[2] > Bytes.KIB && moved[2] == moved[1] && moved[1] == moved[0];
        });
    }

    @Override
    public void close() {
        process.close();
    }
}
