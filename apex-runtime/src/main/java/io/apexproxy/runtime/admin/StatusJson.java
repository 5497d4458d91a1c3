package io.apexproxy.runtime.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.apexproxy.runtime.admin.http.Response;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.PortRange;
import io.apexproxy.runtime.snapshot.Problem;
import io.apexproxy.runtime.snapshot.RateHistory;
import io.apexproxy.runtime.snapshot.Snapshot;
import io.apexproxy.runtime.snapshot.Snapshot.BackendView;
import io.apexproxy.runtime.snapshot.Snapshot.LimitView;
import io.apexproxy.runtime.snapshot.Snapshot.ListenerView;
import io.apexproxy.runtime.snapshot.Snapshot.LoopView;
import io.apexproxy.runtime.snapshot.Snapshot.PluginView;
import io.apexproxy.runtime.snapshot.Snapshot.PoolView;
import io.apexproxy.runtime.snapshot.Snapshot.RemovedView;
import io.apexproxy.runtime.snapshot.SourceView;
import io.apexproxy.runtime.snapshot.TlsView.CertificateView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The snapshot as JSON: keys as in the configuration, times in ISO 8601. The status page reads it. */
public final class StatusJson {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int INITIAL_BYTES = 8 * 1024;
    /** A user does not read more; the pools have the states of all backends. */
    private static final int MAX_PROBLEMS = 100;

    private final JsonGenerator json;
    private final JsonFields fields;
    private final Snapshot snapshot;
    private final RatesJson rates;

    private StatusJson(JsonGenerator json, Snapshot snapshot) {
        this.json = json;
        this.fields = new JsonFields(json);
        this.snapshot = snapshot;
        this.rates = new RatesJson(json, fields, snapshot);
    }

    /** Returns the response to a request for the status. */
    public static Response response(Snapshot snapshot) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(INITIAL_BYTES);
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            new StatusJson(json, snapshot).write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Response.of(Response.OK, "application/json", text.toByteArray());
    }

    private void write() throws IOException {
        json.writeStartObject();
        json.writeStringField("version", snapshot.version());
        json.writeStringField("engine", snapshot.engine());
        json.writeStringField("phase", snapshot.readiness().phase().name().toLowerCase(Locale.ROOT));
        json.writeStringField("reason", snapshot.readiness().reason());
        json.writeStringField("health", word(snapshot.health()));
        List<Problem> problems = snapshot.problems();
        json.writeNumberField("problem_count", problems.size());
        fields.array("problems", problems.subList(0, Math.min(problems.size(), MAX_PROBLEMS)), this::write);
        json.writeStringField("time", snapshot.taken().toString());
        json.writeStringField("started", snapshot.started().toString());
        json.writeNumberField("uptime_seconds", snapshot.uptime().toSeconds());
        json.writeNumberField("connections", snapshot.connections());
        json.writeNumberField("connections_waiting", snapshot.waiting());
        json.writeNumberField("buffer_bytes", snapshot.bufferBytes());
        json.writeNumberField("buffer_limit_bytes", snapshot.bufferLimitBytes());
        write(snapshot.reload());
        fields.array("listeners", snapshot.listeners(), this::write);
        fields.array("pools", snapshot.pools(), this::write);
        fields.array("removed_backends", snapshot.removed(), this::write);
        fields.array("limits", snapshot.limits(), this::write);
        fields.counts("session_endings", snapshot.endings());
        fields.array("loops", snapshot.loops(), this::write);
        fields.array("plugins", snapshot.plugins(), this::write);
        json.writeNumberField("history_interval_seconds", RateHistory.INTERVAL_SECONDS);
        rates.write(snapshot.rates().process());
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

    private void write(ListenerView listener) throws IOException {
        json.writeStringField("name", listener.name());
        fields.strings("addresses", PortRange.texts(listener.addresses().stream().map(Address::text).toList()));
        json.writeStringField("pool", listener.pool());
        fields.strings("pools", listener.routing().pools());
        fields.counts("routes", listener.routing().routes());
        json.writeNumberField("connections", listener.connections());
        json.writeNumberField("accepted", listener.accepted());
        json.writeNumberField("accept_errors", listener.acceptErrors());
        json.writeNumberField("max_connections", listener.limit());
        json.writeNumberField("waiting", listener.waiting());
        json.writeNumberField("opening", listener.access().opening());
        json.writeNumberField("clients", listener.access().clients());
        json.writeNumberField("clients_not_limited", listener.access().unlimited());
        fields.counts("refused", listener.access().refused());
        fields.array("certificates", snapshot.tls().certificates().stream()
                .filter(certificate -> certificate.listener().equals(listener.name())).toList(), this::write);
        rates.writeListener(listener, snapshot.rates().ofListener(listener.name()));
    }

    private void write(CertificateView certificate) throws IOException {
        json.writeStringField("certificate", certificate.certificate());
        fields.strings("names", certificate.names());
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

    private void write(PoolView pool) throws IOException {
        json.writeStringField("name", pool.name());
        json.writeNumberField("backends_up", pool.up());
        json.writeBooleanField("down", pool.isDown());
        json.writeNumberField("queue", pool.queue().waiting());
        if (pool.source().isPresent()) {
            json.writeObjectFieldStart("source");
            write(pool.source().get());
            json.writeEndObject();
        }
        json.writeBooleanField("tls_unverified", snapshot.tls().unverifiedPools().contains(pool.name()));
        fields.array("certificates", snapshot.tls().certificates().stream()
                .filter(certificate -> certificate.pool().equals(pool.name())).toList(), this::write);
        fields.array("backends", pool.backends(), backend -> write(pool, backend));
        rates.writePool(pool.name(), snapshot.rates().ofPool(pool.name()));
    }

    private void write(SourceView source) throws IOException {
        json.writeStringField("provider", source.provider());
        json.writeNumberField("backends", source.backends());
        json.writeNumberField("missing", source.missing());
        json.writeStringField("last_answer", source.lastAnswer().map(Instant::toString).orElse(""));
        json.writeBooleanField("stale", source.stale());
        json.writeStringField("problem", source.problem());
        fields.counts("failures", source.failures());
    }

    private void write(PoolView pool, BackendView backend) throws IOException {
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
        json.writeBooleanField("backup", backend.rotation().backup());
        json.writeNumberField("slow_start", (backend.rotation().slowStart().toMillis() + 999) / 1_000);
        json.writeNumberField("early_closes", backend.rotation().earlyCloses());
        json.writeNumberField("ejections", backend.rotation().ejections());
        json.writeNumberField("slow_connects", backend.rotation().slowConnects());
        fields.percentiles("connect_ms", backend.connectTimes());
        rates.write(snapshot.rates().ofBackend(pool.name(), backend.name()));
    }

    private void write(LoopView loop) throws IOException {
        json.writeNumberField("index", loop.index());
        json.writeNumberField("sessions", loop.sessions());
        json.writeNumberField("blocked_sinks", loop.blockedSinks());
        json.writeNumberField("memory_waits", loop.memoryWaits());
        json.writeNumberField("pipes", loop.pipes());
        fields.percentiles("turn_ms", loop.turnTimes());
    }

    private void write(PluginView plugin) throws IOException {
        json.writeStringField("kind", plugin.kind());
        json.writeStringField("name", plugin.name());
        json.writeStringField("module", plugin.module());
        json.writeStringField("origin", plugin.origin());
        json.writeBooleanField("loaded", plugin.loaded());
        json.writeStringField("note", plugin.note());
    }
}
