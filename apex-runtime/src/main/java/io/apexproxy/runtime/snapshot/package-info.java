/**
 * What can be seen of a running proxy: an immutable view, taken at one moment.
 *
 * <p>It depends on nothing, so that whoever shows it, such as the admin endpoint, need not know what it was taken from.
 */
package io.apexproxy.runtime.snapshot;
