/**
 * The first segment of a new log.
 *
 * @module
 */
import { ORIGIN } from "../../core/entry.ts";
import { Writer } from "../wire/writer.ts";
import type { Folder } from "./folder.ts";
import { frameChecksum } from "./frame_checksum.ts";
import { writeBasePart } from "./parts.ts";
import { beginRecord, sealRecord } from "./record.ts";
import { SEGMENT_HEADER, segmentHeader, segmentName, sequenceOf } from "./segment.ts";
import { type CurrentSegment, segmentSize } from "./segments.ts";

/** Makes the first segment in `folder`, durably. What an attempt before has left there is of no use. */
export async function createLog(folder: Folder, largest: number): Promise<CurrentSegment> {
  for (const name of folder.list()) if (sequenceOf(name) > 0) folder.remove(name);
  const sequence = 1;
  const size = segmentSize(sequence, largest);
  const file = folder.create(segmentName(sequence));
  try {
    file.write(new Uint8Array(size), 0);
    await file.sync();
    const writer = new Writer();
    beginRecord(writer);
    writeBasePart(writer, { compacted: ORIGIN, covered: ORIGIN, last: ORIGIN });
    const record = sealRecord(writer, { previous: 0, position: SEGMENT_HEADER, synced: 0 });
    file.write(segmentHeader({ sequence, chain: 0, owner: 0, start: 0, size }), 0);
    file.write(record, SEGMENT_HEADER);
    await file.sync();
    folder.sync();
    const end = SEGMENT_HEADER + record.length;
    return { sequence, file, start: 0, end, chain: frameChecksum(record, 0), sealed: false };
  } catch (error) {
    file.close();
    throw error;
  }
}
