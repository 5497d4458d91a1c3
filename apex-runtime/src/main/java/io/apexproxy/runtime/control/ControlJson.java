package io.apexproxy.runtime.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.apexproxy.runtime.admin.http.Response;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.pool.backend.Verdict;
import io.apexproxy.runtime.relay.LiveSessions;
import io.apexproxy.runtime.relay.SessionView;
import io.apexproxy.runtime.takeover.Handover;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The responses of the control socket as JSON. */
final class ControlJson {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    /** A user does not read more. */
    private static final int MAX_PROBLEMS = 1000;

    private ControlJson() {
    }

    /** The content of a JSON object. */
    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private static Response object(Fields fields) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Response.of(Response.OK, "application/json", text.toByteArray());
    }

    static Response reload(ReloadResult result) {
        return object(json -> {
            json.writeStringField("result", result.outcome().name().toLowerCase(Locale.ROOT));
            json.writeStringField("changes", result.changes());
            json.writeNumberField("problem_count", result.problems().size());
            json.writeArrayFieldStart("problems");
            for (String problem : result.problems().stream().limit(MAX_PROBLEMS).toList()) {
                json.writeString(problem);
            }
            json.writeEndArray();
        });
    }

    static Response level(String logger, String level) {
        return object(json -> {
            json.writeStringField("logger", logger);
            json.writeStringField("level", level);
        });
    }

    static Response closed(LiveSessions.Closed closed) {
        return object(json -> {
            json.writeNumberField("closed", closed.count());
            json.writeNumberField("blocked_loops", closed.blockedLoops());
        });
    }

    static Response connections(LiveSessions.Listing listing) {
        return object(json -> {
            json.writeNumberField("total", listing.total());
            json.writeNumberField("blocked_loops", listing.blockedLoops());
            json.writeArrayFieldStart("connections");
            for (SessionView session : listing.sessions()) {
                json.writeStartObject();
                write(json, session);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, SessionView session) throws IOException {
        json.writeStringField("id", session.id().toString());
        json.writeStringField("listener", session.listener());
        json.writeStringField("client", Address.text(session.client()));
        json.writeStringField("pool", session.pool());
        json.writeStringField("backend", session.backend());
        json.writeStringField("state", session.state());
        json.writeNumberField("age_ms", Math.round(session.ageNanos() / NANOS_PER_MILLI));
        json.writeNumberField("idle_ms", Math.round(session.idleNanos() / NANOS_PER_MILLI));
        json.writeNumberField("from_client", session.bytesFromClient());
        json.writeNumberField("from_backend", session.bytesFromBackend());
        json.writeNumberField("bytes_per_second", session.bytesPerSecond());
    }

    /** Identifies this process. */
    static Response process(Optional<Path> configFile) {
        return object(json -> {
            json.writeNumberField("pid", ProcessHandle.current().pid());
            if (configFile.isPresent()) {
                json.writeStringField("config", configFile.get().toAbsolutePath().normalize().toString());
            }
        });
    }

    static Response handover(Handover handover) {
        return object(json -> {
            json.writeNumberField("format", Handover.VERSION);
            if (handover.addresses().isPresent()) {
                json.writeArrayFieldStart("ports");
                for (int port : handover.addresses().get().ports()) {
                    json.writeNumber(port);
                }
                json.writeEndArray();
                json.writeArrayFieldStart("paths");
                for (String path : handover.addresses().get().paths()) {
                    json.writeString(path);
                }
                json.writeEndArray();
            }
            json.writeArrayFieldStart("verdicts");
            for (Map.Entry<Handover.Key, Verdict> entry : handover.verdicts().entrySet()) {
                json.writeStartObject();
                write(json, entry.getKey(), entry.getValue());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, Handover.Key key, Verdict verdict) throws IOException {
        json.writeStringField("pool", key.pool());
        json.writeStringField("backend", key.backend());
        json.writeStringField("address", key.address());
        json.writeStringField("state", verdict.state().name());
        json.writeStringField("reason", verdict.reason());
        json.writeStringField("since", verdict.since().toString());
    }
}
