package io.apexproxy.runtime.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apexproxy.runtime.pool.backend.Verdict;
import io.apexproxy.runtime.takeover.Handover;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** ControlSocketTest has the same document as the answer of a process. */
class HandoverReaderTest {

    @Test
    void addressesAndVerdicts() throws IOException {
        Handover handover = HandoverReader.read("""
                {"format":1,"ports":[8081],"paths":["/run/a.sock"],"verdicts":[{"pool":"web","backend":"a",\
                "address":"127.0.0.1:9000","state":"DOWN","reason":"refused","since":"2026-01-02T03:04:05Z"}]}""");

        assertThat(handover.addresses()).hasValue(new Handover.Addresses(Set.of(8081), Set.of("/run/a.sock")));
        assertThat(handover.verdicts()).containsOnlyKeys(new Handover.Key("web", "a", "127.0.0.1:9000"))
                .containsValue(new Verdict(Verdict.State.DOWN, "refused", Instant.parse("2026-01-02T03:04:05Z")));
    }

    @Test
    void contentOfAnUnknownFormatIsIgnored() throws IOException {
        assertThat(HandoverReader.read("{\"format\":2,\"ports\":[\"x\"]}")).isEqualTo(Handover.UNKNOWN);
        assertThat(HandoverReader.read("{}")).isEqualTo(Handover.UNKNOWN);
        assertThatThrownBy(() -> HandoverReader.read("not JSON")).isInstanceOf(IOException.class);
    }

    @Test
    void unknownVerdictsAreLeftOut() throws IOException {
        Handover handover = HandoverReader.read("""
                {"format":1,"ports":[],"paths":[],"verdicts":[
                {"pool":"p","backend":"a","address":"x","state":"UNKNOWN","since":"2026-01-02T03:04:05Z"},
                {"pool":"p","backend":"b","address":"x","state":"UP","since":"yesterday"},
                {"pool":"p","backend":"c","address":"x","state":"UP","since":"2026-01-02T03:04:05Z"}]}""");

        assertThat(handover.verdicts()).containsOnlyKeys(new Handover.Key("p", "c", "x"));
    }
}
