package io.apexproxy.runtime.snapshot;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The source that finds backends of a pool.
 *
 * @param provider the name of its provider
 * @param backends the number of its backends, without those that were missing in the last answer
 * @param missing the number of backends that were missing in the last answer and are not removed yet
 * @param lastAnswer the time of the last answer; empty if there was none since the source was configured
 * @param stale whether its backends get no new connections because it has not answered for {@code keep_stale}
 * @param problem why the last look-up has no answer, or why its answer is not used; empty if there is none
 * @param failures the number of look-ups without an answer by cause
 * @since 0.2
 */
public record SourceView(String provider, int backends, int missing, Optional<Instant> lastAnswer, boolean stale,
        String problem, Map<String, Long> failures) {
}
