package io.apexproxy.runtime.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.apexproxy.runtime.admin.http.Response;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.snapshot.Problem;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.snapshot.Snapshot.BackendView;
import io.apexproxy.runtime.snapshot.Snapshot.LimitView;
import io.apexproxy.runtime.snapshot.Snapshot.ListenerView;
import io.apexproxy.runtime.snapshot.Snapshot.LoopView;
import io.apexproxy.runtime.snapshot.Snapshot.PluginView;
import io.apexproxy.runtime.snapshot.Snapshot.PoolView;
import io.apexproxy.runtime.snapshot.Snapshot.RemovedView;
import io.apexproxy.runtime.snapshot.TlsView;
import io.apexproxy.runtime.snapshot.TlsView.CertificateView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** The snapshot as JSON: keys as in the configuration, times in ISO 8601. The status page reads it. */
public final class StatusJson {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int INITIAL_BYTES = 8 * 1024;
    /** A user does not read more; the pools have the states of all backends. */
    private static final int MAX_PROBLEMS = 100;

    private final JsonGenerator json;

    private StatusJson(JsonGenerator json) {
        this.json = json;
    }

    /** Returns the response to a request for the status. */
    public static Response response(Snapshot snapshot) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(INITIAL_BYTES);
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            new StatusJson(json).write(snapshot);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Response.of(Response.OK, "application/json", text.toByteArray());
    }

    private void write(Snapshot snapshot) throws IOException {
        json.writeStartObject();
        json.writeStringField("version", snapshot.version());
        json.writeStringField("phase", snapshot.readiness().phase().name().toLowerCase(Locale.ROOT));
        json.writeStringField("reason", snapshot.readiness().reason());
        json.writeStringField("health", word(snapshot.health()));
        List<Problem> problems = snapshot.problems();
        json.writeNumberField("problem_count", problems.size());
        array("problems", problems.subList(0, Math.min(problems.size(), MAX_PROBLEMS)), this::write);
        json.writeStringField("time", snapshot.taken().toString());
        json.writeStringField("started", snapshot.started().toString());
        json.writeNumberField("uptime_seconds", snapshot.uptime().toSeconds());
        json.writeNumberField("connections", snapshot.connections());
        json.writeNumberField("connections_waiting", snapshot.waiting());
        json.writeNumberField("buffer_bytes", snapshot.bufferBytes());
        json.writeNumberField("buffer_limit_bytes", snapshot.bufferLimitBytes());
        write(snapshot.reload());
        array("listeners", snapshot.listeners(), listener -> write(listener, snapshot.tls()));
        array("pools", snapshot.pools(), pool -> write(pool, snapshot.tls()));
        array("removed_backends", snapshot.removed(), this::write);
        array("limits", snapshot.limits(), this::write);
        writeCounts("session_endings", snapshot.endings());
        array("loops", snapshot.loops(), this::write);
        array("plugins", snapshot.plugins(), this::write);
        json.writeEndObject();
    }

    private void writeStrings(String name, List<String> strings) throws IOException {
        json.writeArrayFieldStart(name);
        for (String string : strings) {
            json.writeString(string);
        }
        json.writeEndArray();
    }

    private void writeCounts(String name, Map<String, Long> counts) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            json.writeNumberField(count.getKey(), count.getValue());
        }
        json.writeEndObject();
    }

    private void write(Snapshot.ReloadView reload) throws IOException {
        json.writeObjectFieldStart("reload");
        json.writeNumberField("succeeded", reload.succeeded());
        json.writeNumberField("failed", reload.failed());
        json.writeBooleanField("last_successful", reload.error().isEmpty());
        json.writeStringField("last", reload.last().toString());
        json.writeStringField("error", reload.error());
        json.writeEndObject();
    }

    private void write(ListenerView listener, TlsView tls) throws IOException {
        json.writeStringField("name", listener.name());
        writeStrings("addresses", listener.addresses().stream().map(Address::text).toList());
        json.writeStringField("pool", listener.pool());
        writeStrings("pools", listener.routing().pools());
        writeCounts("routes", listener.routing().routes());
        json.writeNumberField("connections", listener.connections());
        json.writeNumberField("accepted", listener.accepted());
        json.writeNumberField("accept_errors", listener.acceptErrors());
        json.writeNumberField("max_connections", listener.limit());
        json.writeNumberField("waiting", listener.waiting());
        json.writeNumberField("opening", listener.access().opening());
        json.writeNumberField("clients", listener.access().clients());
        json.writeNumberField("clients_not_limited", listener.access().unlimited());
        writeCounts("refused", listener.access().refused());
        array("certificates", tls.certificates().stream()
                .filter(certificate -> certificate.listener().equals(listener.name())).toList(), this::write);
    }

    private void write(CertificateView certificate) throws IOException {
        json.writeStringField("certificate", certificate.certificate());
        writeStrings("names", certificate.names());
        json.writeStringField("expiry", certificate.expiry().map(Instant::toString).orElse(""));
        json.writeStringField("problem", certificate.problem());
    }

    private void write(Problem problem) throws IOException {
        json.writeStringField("kind", word(problem.kind()));
        json.writeStringField("subject", problem.subject());
        json.writeStringField("text", problem.text());
    }

    private void write(LimitView limit) throws IOException {
        json.writeStringField("kind", limit.kind());
        json.writeStringField("name", limit.name());
        json.writeNumberField("current", limit.current());
        json.writeNumberField("max", limit.max());
        json.writeNumberField("waiting", limit.waiting());
        json.writeBooleanField("reached", limit.reached());
    }

    private void write(RemovedView backend) throws IOException {
        json.writeStringField("pool", backend.pool());
        json.writeStringField("name", backend.name());
        json.writeStringField("address", Address.text(backend.address()));
        json.writeNumberField("connections", backend.connections());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void write(PoolView pool, TlsView tls) throws IOException {
        json.writeStringField("name", pool.name());
        json.writeNumberField("backends_up", pool.up());
        json.writeBooleanField("down", pool.isDown());
        json.writeBooleanField("tls_unverified", tls.unverifiedPools().contains(pool.name()));
        array("certificates", tls.certificates().stream()
                .filter(certificate -> certificate.pool().equals(pool.name())).toList(), this::write);
        array("backends", pool.backends(), this::write);
    }

    private void write(BackendView backend) throws IOException {
        json.writeStringField("name", backend.name());
        json.writeStringField("address", Address.text(backend.address()));
        json.writeNumberField("weight", backend.weight());
        json.writeStringField("state", backend.state());
        json.writeStringField("reason", backend.reason());
        json.writeStringField("since", backend.since().toString());
        json.writeNumberField("connections", backend.connections());
        json.writeNumberField("max_connections", backend.limit());
        json.writeNumberField("connected", backend.connected());
        json.writeNumberField("connect_errors", backend.connectErrors());
        json.writeNumberField("bytes_to_backend", backend.bytesToBackend());
        json.writeNumberField("bytes_to_client", backend.bytesToClient());
        json.writeObjectFieldStart("connect_ms");
        for (int percent : List.of(50, 99)) {
            OptionalDouble millis = backend.connectTimes().percentileMillis(percent);
            if (millis.isPresent()) {
                json.writeNumberField("p" + percent, millis.getAsDouble());
            }
        }
        json.writeEndObject();
    }

    private void write(LoopView loop) throws IOException {
        json.writeNumberField("index", loop.index());
        json.writeNumberField("sessions", loop.sessions());
        json.writeNumberField("blocked_sinks", loop.blockedSinks());
        json.writeNumberField("memory_waits", loop.memoryWaits());
    }

    private void write(PluginView plugin) throws IOException {
        json.writeStringField("kind", plugin.kind());
        json.writeStringField("name", plugin.name());
        json.writeStringField("module", plugin.module());
        json.writeStringField("origin", plugin.origin());
        json.writeBooleanField("loaded", plugin.loaded());
        json.writeStringField("note", plugin.note());
    }

    private <T> void array(String name, List<T> items, Fields<T> fields) throws IOException {
        json.writeArrayFieldStart(name);
        for (T item : items) {
            json.writeStartObject();
            fields.write(item);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private interface Fields<T> {
        void write(T item) throws IOException;
    }
}
