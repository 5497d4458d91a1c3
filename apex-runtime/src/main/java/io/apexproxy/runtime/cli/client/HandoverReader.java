package io.apexproxy.runtime.cli.client;

import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.pool.backend.Verdict;
import io.apexproxy.runtime.takeover.Handover;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The reader of what a process hands over, in the JSON of its control socket. */
final class HandoverReader {

    private static final double FORMAT = Handover.VERSION;

    private HandoverReader() {
    }

    /**
     * Reads a document. The content of an unknown format is ignored.
     *
     * @throws IOException if it is not JSON
     */
    static Handover read(String json) throws IOException {
        Node document = Node.parse(json);
        if (!document.number("format").equals(Optional.of(FORMAT))) {
            return Handover.UNKNOWN;
        }
        Set<Integer> ports = new HashSet<>();
        document.texts("ports").forEach(port -> ports.add(Integer.valueOf(port)));
        Map<Handover.Key, Verdict> verdicts = new HashMap<>();
        for (Node entry : document.nodes("verdicts")) {
            verdict(entry).ifPresent(verdict -> verdicts.put(new Handover.Key(entry.text("pool").orElse(""),
                    entry.text("backend").orElse(""), entry.text("address").orElse("")), verdict));
        }
        return new Handover(Optional.of(new Handover.Addresses(ports, new HashSet<>(document.texts("paths")))),
                verdicts);
    }

    private static Optional<Verdict> verdict(Node entry) {
        Optional<Verdict.State> state = entry.text("state").flatMap(HandoverReader::state);
        try {
            Instant since = Instant.parse(entry.text("since").orElse(""));
            return state.map(known -> new Verdict(known, CleanText.piece(entry.text("reason").orElse("")), since));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<Verdict.State> state(String word) {
        return switch (word) {
            case "UP" -> Optional.of(Verdict.State.UP);
            case "DOWN" -> Optional.of(Verdict.State.DOWN);
            default -> Optional.empty();
        };
    }
}
