/** Tests of the warm-up. */
package io.apexproxy.runtime.warmup;
