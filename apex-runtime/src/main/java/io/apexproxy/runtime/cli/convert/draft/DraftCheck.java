package io.apexproxy.runtime.cli.convert.draft;

import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.read.ConfigReader;
import io.apexproxy.runtime.config.tree.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes a draft valid: what the reader of configurations refuses becomes a comment with the message.
 *
 * <p>A refused condition takes its whole route or listener with it. Without the condition, that would serve connections
 * which the source refuses or sends to another pool.
 */
public final class DraftCheck {

    /** Keys without which a table is invalid, serves more clients, or serves them in another way. */
    private static final Set<String> INDISPENSABLE = Set.of("allow", "deny", "from", "proxy_protocol", "server_names",
            "alpn", "tls", "refuse", "per_client", "pool", "address", "provider");

    private static final Set<String> TRAFFIC = Set.of("listeners", "pools");

    /** Each turn finds up to 100 mistakes, and the next ones can follow from them. */
    private static final int MAX_TURNS = 20;

    private final Group root;

    private DraftCheck(Group root) {
        this.root = root;
    }

    /** Replaces what is refused. Returns the mistakes that are left, such as that there is no listener. */
    public static List<ConfigProblem> repair(Group root) {
        DraftCheck check = new DraftCheck(root);
        List<ConfigProblem> problems = check.problems();
        boolean isChanged = true;
        for (int turn = 0; isChanged && !problems.isEmpty() && turn < MAX_TURNS; turn++) {
            isChanged = false;
            for (ConfigProblem problem : problems) {
                isChanged |= check.replace(problem);
            }
            problems = check.problems();
        }
        return problems;
    }

    private List<ConfigProblem> problems() {
        Problems problems = new Problems();
        ConfigReader.read(table(root, Origin.of("")), problems);
        return problems.list();
    }

    /** Replaces the element that a problem is about. Returns whether there is one. */
    private boolean replace(ConfigProblem problem) {
        List<Step> path = new ArrayList<>();
        if (!find(root, problem.origin(), path)) {
            return false;
        }
        int last = path.size() - 1;
        for (int index = 0; index <= last; index++) {
            if (INDISPENSABLE.contains(path.get(index).entry().key())) {
                last = Math.max(0, index - 1);
            }
        }
        if (last == 0 && TRAFFIC.contains(path.get(0).entry().key())) {
            return false; // there is no listener
        }
        Step refused = path.get(last);
        Step commented = refused;
        while (commented.group().form() == Group.Form.INLINE) { // has no comments
            commented = path.get(--last);
        }
        commented.group().commentBefore(commented.entry(), "line " + refused.entry().origin().line()
                + ": left out, because " + problem.message());
        refused.group().remove(refused.entry());
        return true;
    }

    /** An element, and the group that contains it. */
    private record Step(Group group, Group.Entry entry) {
    }

    @SuppressWarnings("ReferenceEquality") // elements that come from the same word have equal origins
    private static boolean find(Group group, Origin origin, List<Step> path) {
        for (Group.Entry entry : group.entries()) {
            if (entry.value() instanceof Group.Comment) {
                continue;
            }
            path.add(new Step(group, entry));
            if (entry.origin() == origin || (entry.value() instanceof Group inner && find(inner, origin, path))) {
                return true;
            }
            path.remove(path.size() - 1);
        }
        return false;
    }

    private static ConfigTree.Table table(Group group, Origin origin) {
        Map<String, ConfigTree.Member> members = new LinkedHashMap<>();
        for (Group.Entry entry : group.entries()) {
            if (!(entry.value() instanceof Group.Comment)) {
                members.put(entry.key(), new ConfigTree.Member(entry.origin(), tree(entry)));
            }
        }
        return new ConfigTree.Table(members, origin);
    }

    private static ConfigTree tree(Group.Entry entry) {
        if (!(entry.value() instanceof Group group)) {
            return new ConfigTree.Scalar(entry.value(), entry.origin());
        }
        if (group.form() != Group.Form.ARRAY) {
            return table(group, entry.origin());
        }
        return new ConfigTree.Array(group.entries().stream()
                .filter(element -> !(element.value() instanceof Group.Comment)).map(DraftCheck::tree).toList(),
                entry.origin());
    }
}
