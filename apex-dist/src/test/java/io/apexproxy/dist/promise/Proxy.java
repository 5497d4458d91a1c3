package io.apexproxy.dist.promise;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.Http;
import java.util.List;
import java.util.stream.Stream;

/** A proxy that runs, and what can be seen of it from outside: its log and its metrics. */
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

    /** Waits until it accepts connections. */
    int port() {
        return process.port();
    }

    /** Those that listeners have opened so far. */
    List<Integer> ports() {
        return lines("Proxy listening on ").stream()
                .map(line -> Integer.valueOf(line.substring(line.lastIndexOf(':') + 1))).toList();
    }

    /** Connects to it. */
    Client client() {
        return Client.to(port());
    }

    /** The addresses of the backends that answered so many requests, each on a connection of its own. */
    List<String> answers(int requests) {
        int port = port();
        return Stream.generate(() -> Http.get(port).orElse("nobody")).limit(requests).toList();
    }

    /** Waits until each of these backends gets connections: not all join the rotation when the listener opens. */
    void awaitAnswersOf(String... addresses) {
        Http.awaitAnswers(port(), addresses);
    }

    /** Changes its configuration, and waits until the change is in force. */
    void change(Config config) {
        long before = logged("Configuration changed");
        apex.configure(config.toml());
        awaitChange(before);
    }

    /** The same by a signal, which does not wait for the file to be quiet. */
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

    /** Waits for the line of a connection that ended for this cause. */
    String awaitEnding(String cause) {
        return awaitLine("apex.access: " + cause + " ");
    }

    /** The lines of the log, so far, that contain the text. */
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

    /** A figure, by its name and labels. */
    double metric(String sample) {
        Double value = admin().metrics().get(sample);
        if (value == null) {
            throw new AssertionError("there is no metric " + sample);
        }
        return value;
    }

    /** Connections that are open, those that wait in the kernel's queue not counted. */
    double connections() {
        return metric("apex_listener_connections_active{listener=\"web\"}");
    }

    /** Connections that have ended for this cause. */
    double ended(String cause) {
        return metric("apex_session_end_total{cause=\"" + cause + "\"}");
    }

    /** A figure of one backend, such as {@code up} or {@code connections_total}. */
    double backend(String address, String figure) {
        return metric("apex_backend_" + figure + "{backend=\"" + address + "\",pool=\"web\"}");
    }

    /** Waits until bytes have moved from or to a backend, and move no more: every buffer on the way is full. */
    void awaitStandstill(Server backend, String direction) {
        String figure = "apex_backend_bytes_total{backend=\"%s\",direction=\"%s\",pool=\"web\"}"
                .formatted(backend.address(), direction);
        double[] moved = {0, 0, 0};
        Scenario.eventually(() -> {
            moved[0] = moved[1];
            moved[1] = moved[2];
            moved[2] = metric(figure);
            return moved[2] > Bulk.KIB && moved[2] == moved[1] && moved[1] == moved[0];
        });
    }

    @Override
    public void close() {
        process.close();
    }
}
