import type { MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import { Modal } from '@mantine/core'
import classes from '@/features/readings/review/keys-help.module.css'

const groups: {
  title: MessageDescriptor
  keys: [keys: (string | MessageDescriptor)[], does: MessageDescriptor][]
}[] = [
  {
    title: msg`Check`,
    keys: [
      [['0 – 9'], msg`What the digit is; on to the next one in doubt`],
      [
        ['Tab', msg({ message: 'Shift Tab', context: 'key' }), '←', '→'],
        msg`To the next digit or the one before`,
      ],
      [['Enter'], msg`Accept the number; on to the next picture`],
      [['X'], msg`It is not a digit`],
      [['U'], msg`Nobody can tell what it is`],
      [['Z', msg({ message: 'Ctrl Z', context: 'key' })], msg`Take the last step back`],
    ],
  },
  {
    title: msg`The whole picture`,
    keys: [
      [['T'], msg`Type the whole number`],
      [[msg({ message: 'Shift X', context: 'key' })], msg`There is no number in it`],
      [[msg({ message: 'Shift U', context: 'key' })], msg`Nobody can read it`],
      [
        [msg({ message: 'PgDn', context: 'key' }), msg({ message: 'PgUp', context: 'key' })],
        msg`Skip it, or go back one`,
      ],
      [['W'], msg`See the whole page, or the line`],
    ],
  },
  {
    title: msg`Cut anew`,
    keys: [
      [['S'], msg`Split the box in two`],
      [['M'], msg`Merge it with the next one`],
      [['R'], msg`Redraw it: drag, or arrows to move and Shift with arrows to size`],
    ],
  },
  {
    title: msg`Around`,
    keys: [
      [['?'], msg`Show these keys`],
      [['Esc'], msg`Leave what is begun, or the review`],
    ],
  },
]

export function KeysHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t`Keys of the review`}
      size="lg"
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      <div className={classes.groups}>
        {groups.map(({ title, keys }) => (
          <section key={title.id}>
            <h3 className={classes.title}>{t(title)}</h3>
            <dl className={classes.keys}>
              {keys.map(([names, does]) => (
                <div key={does.id} className={classes.row}>
                  <dt>
                    {names
                      .map((name) => (typeof name === 'string' ? name : t(name)))
                      .map((name) => (
                        <kbd key={name}>{name}</kbd>
                      ))}
                  </dt>
                  <dd>{t(does)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  )
}
