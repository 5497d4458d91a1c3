package io.apexproxy.runtime.source;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The state of the source of a pool. Immutable.
 *
 * @param provider the name of the provider
 * @param backends the number of backends in the last answer, or those of an earlier process until the first answer
 * @param missing the number of backends that were missing in the last answer and are not removed yet
 * @param lastAnswer the time of the last answer; empty if there was none since the source was configured
 * @param stale whether the backends get no new connections because the source has not answered for {@code keep_stale}
 * @param problem why the last look-up has no answer, or why its answer is not used; empty text if there is none
 * @param failures the number of look-ups without an answer by cause, since the source was configured; all causes
 */
public record SourceStatus(String provider, int backends, int missing, Optional<Instant> lastAnswer, boolean stale,
        String problem, Map<String, Long> failures) {
}
