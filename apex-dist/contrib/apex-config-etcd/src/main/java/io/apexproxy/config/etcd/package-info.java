/**
 * From keys in etcd to a tree with places, and again whenever one of them changes.
 *
 * <p>An {@link io.apexproxy.config.etcd.EtcdProvider} makes an {@code EtcdSource}. What it reads goes one way:
 * {@code EtcdClient} (requests to one endpoint after the other) → {@code Snapshot} (all keys at one revision) →
 * {@code Documents} (which key is what; the module {@code io.apexproxy.config.toml} parses each) → {@code ReadResult}.
 *
 * <p>{@code Follower} is the thread that keeps up: it reads a snapshot, watches from the next revision on, lets a
 * {@code ChangeCoalescer} settle, and tells. Whenever the watch ends, for whatever reason (a compaction, an endpoint
 * that is gone, a leader that is missed), it begins anew with a snapshot: that costs one read, and nothing can be
 * missed. {@code LastRead} is where it meets the threads that load.
 */
package io.apexproxy.config.etcd;
